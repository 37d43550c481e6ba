"""The feed: what one process publishes of a board, for the views of others."""
