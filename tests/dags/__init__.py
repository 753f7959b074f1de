"""`dags push`, `list`, `prune` and `rollback` against real S3 servers."""
