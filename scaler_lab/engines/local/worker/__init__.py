"""The local engine's worker processes, and the fork server that is their parent process."""
