"""Turns sources into stored articles: the registry, the readers, the pipeline and the worker that runs it."""
