"""Many tasks at once: how many came through, how fast, and where the time went."""
