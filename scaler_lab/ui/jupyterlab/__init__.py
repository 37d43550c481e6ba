"""The JupyterLab extension's part in the Jupyter server: engines, feeds, commands.

    page ──(websocket, REST; Jupyter's own port)──> Jupyter server ──(local socket)──> scheduler

No kernel is involved.  So it works while a kernel is busy, after a reload of the page, and if a
kernel hangs in C code.

    app              the extension that the server loads
    handlers         REST: list, details, cancel, retry
    feed_handler     the websocket; it sends updates and accepts no commands
    engine_registry  all running engines, while at least one page is connected
    engine_feed      one engine's feed, on the server's event loop
    engine_summary   what all pages get of an engine: counts, open tasks, ended tasks.  Pure
    row_stream       the rows of one engine that one page receives.  Pure
    page_session     one page: sends what is new, no faster than the page reads

Security rules:

  - Jupyter's own checks decide which user may read or write the resource `scaler_lab`.
  - A GET changes nothing.
  - An id that isn't 32 hexadecimal digits is refused.
  - No address or key of an engine leaves this process.
"""
