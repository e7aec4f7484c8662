"""A referral in hand: held while it changes, and what it was before."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Partner, Referral, Request, move
from hotline.models.status import ReferralChannel, ReferralState, RequestState
from hotline.services.holding import LOCK

_MOMENTS = ("consent_at", "sent_at", "answered_at", "closed_at", "act_at")
_PLAIN = ("partner_id", "passed_on", "consent_source", "answer", "reminders")


class CannotRefer(HotlineError):
    """What cannot be done with a referral now: why, and what to do instead."""


def held(session: Session, referral_id: int) -> Referral:
    """Return a referral, held, as it is now."""
    return session.get_one(Referral, referral_id, with_for_update=LOCK, populate_existing=True)


def partner_of(session: Session, referral: Referral) -> Partner:
    """Return the partner that was chosen. Raises CannotRefer when there is none."""
    partner = session.get(Partner, referral.partner_id) if referral.partner_id else None
    if partner is None:
        raise CannotRefer("Choisissez d'abord le partenaire.")
    return partner


def own_request(session: Session, referral: Referral) -> Request | None:
    """Return, held, the request that was made for this very need, if any."""
    request = session.get(Request, referral.request_id, with_for_update=LOCK) if referral.request_id else None
    return request if request is not None and request.need is referral.need else None


def snapshot(referral: Referral, request: Request | None = None) -> dict[str, Any]:
    """Return what a step may change, as JSON holds it."""
    return {
        "state": referral.state.value,
        "channel": referral.channel.value if referral.channel else None,
        "request": request.state.value if request else None,
        **{name: getattr(referral, name) for name in _PLAIN},
        **{name: _written(getattr(referral, name)) for name in _MOMENTS},
    }


def restore(session: Session, referral: Referral, before: dict[str, Any]) -> bool:
    """Give a referral back what it was; False when its state does not allow it."""
    values: dict[str, Any] = {name: before[name] for name in _PLAIN}
    values |= {name: _read(before[name]) for name in _MOMENTS}
    values["channel"] = ReferralChannel(before["channel"]) if before["channel"] else None
    state = ReferralState(before["state"])
    if state is not referral.state:
        return move(session, referral, state, **values)
    for name, value in values.items():
        setattr(referral, name, value)
    session.flush()
    return True


def refer(session: Session, request: Request) -> bool:
    """Let a request wait for a partner rather than for a volunteer; False when somebody holds it."""
    return move(session, request, RequestState.REFERRED)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
