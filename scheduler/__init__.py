"""The clock: what happens by itself, and when."""
