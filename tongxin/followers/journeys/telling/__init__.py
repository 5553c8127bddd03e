"""What the public is told of a matter, one file for each kind. No names of persons, no internal steps."""
