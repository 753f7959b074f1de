"""Tasks as containers of the engine, by its HTTP API."""
