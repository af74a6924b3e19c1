"""Digests as a small static site and feeds, for people who do not use Discord. The only room that knows Jinja."""
