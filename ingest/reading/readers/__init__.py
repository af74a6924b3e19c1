"""One reader per kind of source: reads the source and returns what it found. Knows no tables."""
