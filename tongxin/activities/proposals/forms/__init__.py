"""Shape and cleaning of what people type, one module per hand."""
