"""Nodes, seconded members and deliberation sessions of a scenario: planned, then entered."""
