"""Tests of the checks, on evidence that needs no engine."""
