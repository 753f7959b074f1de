"""A DAG run on the local stack: started, followed, and told as a timeline."""
