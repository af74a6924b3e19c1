"""Passages, then sentences, then whether they are enough. Knows no language model."""
