"""Floor 0: what is true of a task, and nothing that acts.  Pure: no threads, no sockets, no clocks."""
