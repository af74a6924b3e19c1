"""The Model Context Protocol: other programs' language models ask, and check quotes. The only room that knows `mcp`."""
