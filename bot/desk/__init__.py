"""What other programs may ask: requests and results as JSON, for the local socket and the MCP server.

Everything here is read-only and synchronous. Knows no Discord and no MCP.
"""
