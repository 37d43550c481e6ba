"""The terminal: rich renderables of a board, and live views of it.

ui.sanitize     escapes text from tasks
ui.formatting   icons, colours, durations
board_follower  follows a board's changes for a view of a few rows
board_view      renders the board at one moment
live            the same view, kept up to date
wait_bar        a bar while a program waits for futures, and a question after Ctrl-C
renderables     what `rich.print` shows of a board, a client, a future
task_list       tasks as lines, for ``scaler-lab ls``
task_details    one task's details, for ``scaler-lab show``
top             the interactive screen of ``scaler-lab top``
"""
