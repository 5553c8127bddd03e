"""Handing many proposals over at once: the list of a hand-over meeting (交办会), and its sheet."""
