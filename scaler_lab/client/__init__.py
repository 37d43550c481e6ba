"""Floor 4: the desk, where people hand tasks in."""
