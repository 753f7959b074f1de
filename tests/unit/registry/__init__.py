"""The pure parts of `push`."""
