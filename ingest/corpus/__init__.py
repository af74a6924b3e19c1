"""What producer and consumer share: the catalogue, the vector index, the encoder and search."""
