"""The composition root of the bot: which parts the settings mean, and in which order they open and close."""
