"""Reading and embedding in a process of its own, so that they take no time from the process that answers people."""

from ingest.apart.keeper import Keeper

__all__ = ["Keeper"]
