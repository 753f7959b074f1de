"""The DAG fetch as a program on this machine, against real servers; what needs the image is in tests/image."""
