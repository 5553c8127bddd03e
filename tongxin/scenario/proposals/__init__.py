"""Proposals of a scenario: planned, then brought in as a table."""
