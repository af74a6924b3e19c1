"""Bytes to articles: one module a format (feed, page, text, jsonl; pdf later). Pure: no network, no disk, no clock."""
