"""The checks on a built image, and on images that are broken in the ways that people break them."""
