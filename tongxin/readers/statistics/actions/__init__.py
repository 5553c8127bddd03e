"""Changes to what is kept of numbers."""
