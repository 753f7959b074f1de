"""What each lever of the image brings alone: bytes, and time to the first line of task code."""
