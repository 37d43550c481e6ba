"""Calls, values and exceptions as bytes, and back.  Uses no threads and no sockets."""
