"""From the articles of a stretch of time to a digest of stories. Knows no Discord."""
