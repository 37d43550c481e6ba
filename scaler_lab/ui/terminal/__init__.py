"""The terminal: rich renderables of a board, and a live view of it.

ui.sanitize     escapes text from tasks
ui.formatting   icons, colours, durations
board_follower  follows a board's changes for a view of a few rows
board_view      renders the board at one moment
live            the same view, kept up to date
renderables     what `rich.print` shows of a board, a client, a future
"""
