"""What the containers of a measurement fetch from: an S3 server, distance to it, and DAG folders."""
