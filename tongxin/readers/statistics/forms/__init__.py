"""Shape and cleaning of what is typed about numbers."""
