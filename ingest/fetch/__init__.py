"""The only way out to the network: bounded in address, size, time and redirects. Knows nothing of what bytes mean."""

from ingest.fetch.client import Fetched, Fetcher
from ingest.fetch.politeness import PoliteFetcher

__all__ = ["Fetched", "Fetcher", "PoliteFetcher"]
