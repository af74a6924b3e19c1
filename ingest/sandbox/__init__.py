"""Parsing in child processes with bounds, so that a hostile document costs one item and not the process."""

from ingest.sandbox.pool import Sandbox

__all__ = ["Sandbox"]
