"""Counting: who asks for a count, how one is made, what of it may be shown, and what happens in the end."""
