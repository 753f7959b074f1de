"""The tests, and what several of their rooms share."""
