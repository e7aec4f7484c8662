"""The one ancestor of every error that a person reads."""


class HotlineError(Exception):
    """A sentence for the person who meets it: what, why, what to do."""
