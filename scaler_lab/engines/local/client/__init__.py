"""The local engine's part in the client's process: start, find and connect to a scheduler."""
