"""JupyterLab's side of the windows, in the Jupyter server: engines, feeds, commands.

    page ──(websocket, REST; Jupyter's own door)──> Jupyter server ──(local socket)──> scheduler

No kernel is on the way, so it works while a kernel is busy, after a reload of the page, and where a
kernel hangs in C code.

    app             the extension: what the server loads
    handlers        REST: list, details, cancel, retry
    feed_handler    the websocket; it only tells, and takes no command
    engine_registry  every engine there is, while anybody looks
    engine_feed     one engine's feed, on the server's event loop
    engine_summary  what all pages are told of an engine: counts, open tasks, what failed.  Pure
    row_stream      what one page is sent of one engine's rows.  Pure
    page_session    one page: what it is due, sent no faster than it reads

The rules it keeps: who may do what is decided by Jupyter's own checks, for the resource
`scaler_lab`; nothing changes on a GET; an id is 32 hexadecimal digits or it is refused; and no
address or key of an engine leaves this process.
"""
