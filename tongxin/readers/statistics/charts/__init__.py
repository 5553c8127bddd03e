"""Charts as SVG that the server draws: geometry, words, and the table of each."""
