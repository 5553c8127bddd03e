"""Pages of the proposals room, one module per hand."""
