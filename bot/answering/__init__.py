"""Questions to answers. Knows the corpus; knows neither Discord nor a model vendor."""
