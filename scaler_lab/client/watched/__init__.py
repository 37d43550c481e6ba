"""Futures that other libraries made, shown on a board: their ends, and requests to cancel them.

This is not an engine, because nothing is submitted.  But it reports an engine's events, so that the
same state machine and the same cancel code serve both.  `kinds` knows the libraries' futures, and
`watcher` follows them.
"""
