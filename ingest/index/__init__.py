"""The vector index: chunks of the catalogue's backlog are embedded, and their vectors stored in Chroma."""
