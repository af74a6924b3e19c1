"""Processes that answer questions while more of them come than one process can answer. Knows no Discord."""
