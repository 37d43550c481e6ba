"""The local engine's scheduler process: assigns tasks to workers and carries out cancels."""
