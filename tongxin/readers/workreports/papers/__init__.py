"""A report on paper: Word and PDF, and its numbers as a workbook."""
