"""Many tasks at once: how many came through, and how fast."""
