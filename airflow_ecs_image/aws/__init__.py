"""What every request to AWS has in common."""
