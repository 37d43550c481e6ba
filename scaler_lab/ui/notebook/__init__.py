"""The notebook: a live table of a board's tasks, with cancel buttons that work in a busy kernel.

    page                          kernel
    ────                          ──────
    click ──control channel────>  requests ─> FutureManager.request_cancel_by_id   (Control thread)
    click ──comm, as fallback──>     │
    hello, resync ─────────────>     └──────> Publisher: a FeedPublisher for each table (own thread)
    TaskStore  <──iopub, 10/s──────────────────┘

display           called by IPython to display a client, a board, a group or a future
wait_bar          the line with Cancel under a cell that waits
widget            `TaskTableWidget`, the anywidget: one for each board or group
requests          receives a page's requests, on the control channel or on a comm
publisher         the one thread that sends changes to the pages
table_stream      one table's feed, rate-limited, in messages of at most 64 KiB
ui.page_encoding  messages as bytes
feed_source       the tasks that a table shows
form              `Client.submit_form`: a function's arguments, Run and Cancel, as ipywidgets
fields            a form's fields, from a function's signature
arguments         a task's arguments, sent on request
short_repr        a value's repr, cut
static_view       what a saved notebook contains of a table
static_html       the table as plain HTML, for when a live one isn't possible
static_line       what became of some tasks, or of one, as plain HTML
static/           the front end, built from `extension/` (one ES module, one style sheet)
"""
