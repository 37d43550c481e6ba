"""The notebook: a live table of a board's tasks, with cancel buttons that work in a busy kernel.

    page                          kernel
    ────                          ──────
    click ──control channel────>  channel ──> FutureManager.request_cancel_by_id   (Control thread)
    click ──comm, as fallback──>     │
    hello, resync ─────────────>     └──────> Publisher: a FeedPublisher for each table (own thread)
    TaskStore  <──iopub, 10/s──────────────────┘

display      what IPython's displaying finds: `client` as a cell's last line
widget       `TaskTable`, the anywidget: one for a board, whatever is displayed of it
requests     the two ways in, neither of which waits for the running cell
publisher    the one thread out
table_stream  one table's feed: paced, in pieces of at most 64 KiB
ui.page_encoding  messages as bytes
feed_source  what a feed needs to know of a board
form         `Client.submit_form`: a function's arguments, Run and Cancel, as ipywidgets
fields       a form's fields, from a function's signature
arguments    what a task was called with, for who asks
short_repr   a value in a few words
static_html  the table as plain html, for where no live one can be
static/      the front end, built from `extension/` (one ES module, one style sheet)
"""
