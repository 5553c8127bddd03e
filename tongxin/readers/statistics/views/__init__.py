"""Pages of numbers, one module a part."""
