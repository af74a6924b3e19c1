"""One reader a kind of source: it reaches the source and says what it found. Knows no tables."""
