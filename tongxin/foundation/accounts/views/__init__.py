"""Pages of the room: the way in, one's own account, second factors."""
