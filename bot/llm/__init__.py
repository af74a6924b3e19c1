"""Language models: what the program asks of one, and the OpenAI-compatible server behind it. Knows no question."""
