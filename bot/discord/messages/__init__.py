"""The bot's own sentences in Discord. Pure: does not import discord.py."""
