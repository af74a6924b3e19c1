"""What an operator sees from outside: whether the bot is well, and numbers. No word of a question or an article."""
