"""The only way out to the network: bounded in address, size, time and redirects. Knows nothing of what bytes mean."""

from ingest.fetch.client import Fetched, Fetcher
from ingest.fetch.politeness import PoliteFetcher
from ingest.fetch.post import Posted, Poster

__all__ = ["Fetched", "Fetcher", "PoliteFetcher", "Posted", "Poster"]
