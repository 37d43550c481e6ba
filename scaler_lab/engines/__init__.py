"""The engines, which run tasks.  Each engine's package is imported only when it is used."""
