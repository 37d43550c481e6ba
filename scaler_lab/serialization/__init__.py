"""Floor 2: the contracts that outer parts meet at.  Pure: no threads, no sockets."""
