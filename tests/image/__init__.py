"""The product on a real engine: images are built, run, refused and broken as users do it."""
