"""From evidence to an answer: sentences quoted alone, or statements of a language model and what they point at."""
