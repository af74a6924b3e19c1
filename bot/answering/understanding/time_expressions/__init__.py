"""What words say about time: calendar arithmetic, the vocabulary, and the rules that join them."""
