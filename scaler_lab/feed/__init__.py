"""The feed: one process publishes its board here, and views in other processes read it."""
