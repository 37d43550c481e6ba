"""Floor 1: what a client knows: the board, the futures, and the manager that routes events to both.

This floor uses locks and few threads: one for users' done-callbacks, one for work that must not be
interrupted, one for background work, one for timers.
"""
