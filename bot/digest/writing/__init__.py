"""From events to stories: headline, rank, label (new, update, ongoing), summary and quotes."""
