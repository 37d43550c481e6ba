"""The terminal: rich renderings of the board, and a live one.

cleaning      the door for foreign text
appearance    icons, colours, how seconds are written
board_watch   what a window of some rows needs of a board
board_view    one picture of it
live          the picture, kept up
renderings    what `rich.print` shows of a board, a client, a future
"""
