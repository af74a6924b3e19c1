"""The consumer: answers questions with quotes, writes digests, lives in Discord. Imports `ingest`."""
