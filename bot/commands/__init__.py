"""What people do with the bot in Discord: permission, defer, one service call, render. Each file is one command."""
