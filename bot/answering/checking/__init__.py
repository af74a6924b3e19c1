"""Whether a statement says what its quotes say."""
