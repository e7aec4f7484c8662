"""The carrier's words for the state of a text or a call (carrier reference §3, §6)."""

_FINAL = 9
_TEXT_RANKS = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "delivered": _FINAL,
    "undelivered": _FINAL,
    "failed": _FINAL,
    "canceled": _FINAL,
}
_CALL_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def newer(old: str, new: str) -> bool:
    """Tell whether a text's receipt `new` moves it on from `old`.

    Receipts come late, twice and out of order: never backwards, never out of a final state, never to a word
    that we do not know.
    """
    return _TEXT_RANKS.get(new, -1) > _TEXT_RANKS.get(old, -1)


def call_is_over(status: str) -> bool:
    """Tell whether a call (or a leg) with this status has ended."""
    return status in _CALL_OVER
