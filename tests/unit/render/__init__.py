"""The rendered Dockerfile: golden files, lint, and the proof that no value becomes an instruction."""
