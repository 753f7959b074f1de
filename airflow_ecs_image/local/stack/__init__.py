"""The services of a local stack: made, found, and removed without a trace."""
