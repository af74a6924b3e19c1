"""The programs of the bot's own child processes (`python -m`): nothing imports them."""
