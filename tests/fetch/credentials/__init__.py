"""Credentials from every source of AWS."""
