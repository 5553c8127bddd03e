"""Data for the pages of reports."""
