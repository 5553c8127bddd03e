"""What stands behind a number: what was asked for, the rows, the parts."""
