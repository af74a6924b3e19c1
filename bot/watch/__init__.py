"""Watches: whether an item of news is what somebody waits for, was told before, and when it is told. Pure."""
