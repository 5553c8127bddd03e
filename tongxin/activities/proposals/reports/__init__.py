"""The review, handling and rating report of a session: counted in grouped queries, each count with its rows."""
