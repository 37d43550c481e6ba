"""The part of the local engine in the client's process: start, find and talk to a scheduler."""
