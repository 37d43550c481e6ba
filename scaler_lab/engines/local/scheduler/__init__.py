"""The local engine's scheduler process: who runs what where, and every cancel's way."""
