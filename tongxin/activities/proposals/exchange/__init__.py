"""Proposals as workbooks: import of past sessions, its undo, the export in the same columns, the archive."""
