"""Floor 1: the memory of what was told: the board, the futures and the manager that routes to both.

Locks only: no threads of its own but the courier, which runs users' done-callbacks.
"""
