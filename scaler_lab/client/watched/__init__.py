"""Futures that something else made, as a board sees them: their ends, and asks to stop them.

No engine, for nothing is submitted; but its answers are an engine's events, so that one state
machine and one path of cancels serve both.  `kinds` knows the libraries' futures, `watcher` looks.
"""
