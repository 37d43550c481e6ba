"""Long runs that look for rare faults; each is a command of its own.  See CONTRIBUTING.md."""
