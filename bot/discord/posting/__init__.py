"""What the bot posts on its own: scheduled digests and alarms."""
