"""The terminal: rich renderings of the board, and a live one.

ui.sanitize   the door for foreign text
ui.formatting  icons, colours, how seconds are written
board_follower  what a window of some rows needs of a board
board_view    one picture of it
live          the picture, kept up
renderables   what `rich.print` shows of a board, a client, a future
"""
