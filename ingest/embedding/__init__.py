"""Embedding models: text to vectors, and which model a vector is of."""
