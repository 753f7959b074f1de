"""Pushing a checked image to a registry: ECR with a token of its own, any other by the user's Docker login."""
