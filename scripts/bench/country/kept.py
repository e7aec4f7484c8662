"""What the desk keeps for itself: alerts, boundaries, and the audit log."""

import numpy as np

from hotline.models import Alert, AuditEntry, Boundary
from scripts.bench.country.bulk import Bulk
from scripts.bench.country.drawn import DAY, Draw, moments, numbered, where
from scripts.bench.country.people import COORDINATORS, coordinator

_KINDS = ("nobody_takes", "uncovered", "not_understood", "text_failed", "caller_silent", "difficult_call")
_ACTIONS = {
    "voicemail.heard": ("voicemail", 0.5),
    "caller.seen": ("caller", 0.3),
    "phone.revealed": ("phone", 0.1),
    "note.written": ("caller", 0.08),
    "request.give": ("request", 0.02),
}


def write(bulk: Bulk, draw: Draw) -> None:
    """Write all of it."""
    _write_alerts(bulk, draw)
    _write_boundaries(bulk, draw)
    _write_audit(bulk, draw)


def _write_alerts(bulk: Bulk, draw: Draw) -> None:
    """Write alerts: those of the last days are open."""
    count = draw.many(25_000)
    ago = np.sort(draw.ago(count))[::-1]
    closed = (ago > 10 * DAY) & ~draw.some(0.005, count)
    author = draw.sealed("alerts.closed_by", [coordinator(1)])[0]
    bulk.write(
        Alert,
        count,
        id=numbered(count),
        kind=draw.one_of(_KINDS, count),
        key=[f"bench:{number}" for number in range(count)],
        detail=draw.one_of([None, *draw.sealed("alerts.detail", ["Je voudrais qu'on me rappelle"])], count),
        caller_id=(draw.below(draw.size.callers, count) + 1).tolist(),
        volunteer_id=(draw.below(draw.size.volunteers, count) + 1).tolist(),
        created_at=moments(ago),
        closed_at=where(closed, moments(ago - DAY)),
        closed_by=where(closed, [author] * count),
    )


def _write_boundaries(bulk: Bulk, draw: Draw) -> None:
    count = draw.many(600)
    ago = draw.ago(count)
    bulk.write(
        Boundary,
        count,
        id=numbered(count),
        caller_id=(draw.below(draw.size.callers, count) + 1).tolist(),
        reason=draw.sealed("boundaries.reason", ["Insultes répétées"])[0],
        author=draw.sealed("boundaries.author", [coordinator(2)])[0],
        from_at=moments(ago),
        until_at=moments(ago - 60 * DAY),
    )


def _write_audit(bulk: Bulk, draw: Draw) -> None:
    count = draw.many(200_000)
    addresses = [coordinator(number) for number in range(COORDINATORS)]
    who = draw.below(COORDINATORS, count).tolist()
    actors, indexes = draw.sealed("audit.actor", addresses), draw.indexed("actor", addresses)
    actions = draw.one_of(list(_ACTIONS), count, [share for _, share in _ACTIONS.values()])
    ids = (draw.below(draw.size.callers, count) + 1).tolist()
    bulk.write(
        AuditEntry,
        count,
        id=numbered(count),
        at=moments(np.sort(draw.ago(count))[::-1]),
        actor=[actors[one] for one in who],
        actor_index=[indexes[one] for one in who],
        action=actions,
        subject=[f"{_ACTIONS[action][0]}:{one}" for action, one in zip(actions, ids, strict=True)],
    )
