"""What this project costs in seconds and megabytes, measured beside the alternatives."""
