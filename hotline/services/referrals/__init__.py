"""Needs that are no conversation: found, passed on to a partner with consent, followed until answered."""
