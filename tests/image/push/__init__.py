"""`push` to a real registry, and to one that answers as ECR does."""
