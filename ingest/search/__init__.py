"""Search: words and vectors, fused into one ranking of passages."""
