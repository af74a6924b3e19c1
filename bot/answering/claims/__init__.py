"""What a message claims, and whether the articles say it: for "Check this"."""
