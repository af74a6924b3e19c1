"""From the catalogue's backlog to vectors, and from vectors to the index."""
