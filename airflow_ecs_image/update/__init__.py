"""`make update`: rewrites requirements/versions.toml and the locks. Nothing else in the toolkit imports this."""
