"""Tests of the room of numbers that are reported upward."""
