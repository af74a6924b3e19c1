"""What a question asks: its kind, its parts, its window of time, what a follow-up leaves out."""
