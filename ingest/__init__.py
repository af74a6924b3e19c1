"""The producer: reads sources, keeps the catalogue, derives the vector index. Never imports `bot`."""
