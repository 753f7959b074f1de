"""DAGs as one archive: made from the DAG folder, kept in S3 as versions, and a pointer that says which one counts."""
