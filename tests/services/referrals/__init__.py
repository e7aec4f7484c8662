"""Needs that a partner takes over."""
