"""What is known and decided about a source. Pure: no network, no database."""
