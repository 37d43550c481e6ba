"""Floor 3: what runs tasks.  Each engine is imported only when used."""
