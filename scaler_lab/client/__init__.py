"""The client: submits tasks to an engine and waits for their results."""
