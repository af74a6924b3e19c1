"""The bot's own sentences in Discord. Pure: knows no Discord library."""
