"""Turning a call away before it is answered."""

from callflows.script import Script


def busy() -> str:
    """The busy tone: the call is not answered and not billed."""
    return Script().reject().xml()
