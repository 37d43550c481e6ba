"""The local engine in the client's process: what starts, finds and talks to a scheduler."""
