"""Many nodes or secondments at once: reading tables, planning, carrying out."""
