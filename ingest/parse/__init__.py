"""Bytes to articles, one module per format. Pure: no network, no disk, no clock."""
