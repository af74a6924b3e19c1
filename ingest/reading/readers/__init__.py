"""One reader for each kind of source: it reads the source and returns what it found. Knows no tables."""
