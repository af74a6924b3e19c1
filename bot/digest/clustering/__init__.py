"""From items to events: the items of one piece of news, from all articles that report it."""
