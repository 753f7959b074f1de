"""Packing, the names of versions, the pointer: all that needs no S3."""
