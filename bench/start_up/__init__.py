"""From container start to the first line of task code, by the real worker command."""
