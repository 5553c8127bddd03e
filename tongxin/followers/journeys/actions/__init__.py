"""Conversions: what one kind of matter becomes in another room, and how both know of it."""
