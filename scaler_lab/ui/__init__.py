"""Floor 5: the windows people look through.  They pull from the board; no state of their own."""
