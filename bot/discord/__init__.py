"""Everything that faces Discord. The only package that imports discord.py."""
