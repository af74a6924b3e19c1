"""What stands behind the bot's services: settings and sources of guilds, what became of answers, what is told when."""
