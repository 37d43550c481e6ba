"""The local engine's worker processes, and the nursery that is the parent of them all."""
