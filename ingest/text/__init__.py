"""From a parser's text to clean text, sentences and chunks. Pure."""
