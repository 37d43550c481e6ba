"""Floor 0: what is true of a task.  Pure: no threads, no sockets, no clocks."""
