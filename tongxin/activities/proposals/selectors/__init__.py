"""What each page of the room shows: one module a page or a few that belong together."""
