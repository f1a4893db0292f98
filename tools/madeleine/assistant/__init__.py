"""`madeleine mcp`: an assistant looks, asks and, if it may, teaches."""
