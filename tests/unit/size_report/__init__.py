"""The size report: from layers to tables and a picture, without an engine."""
