"""The terminal: rich renderings of the board."""
