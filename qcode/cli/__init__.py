"""The front door: one file per group of commands; a body is open, call, show."""
