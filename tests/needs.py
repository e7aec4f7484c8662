"""Needs to play with: somebody's shopping is to be done, and volunteers who live near are asked."""

from typing import Any

from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models.status import Need
from hotline.services.desk import errands
from hotline.services.referrals import needs
from tests.people import add_volunteer

AUTHOR = "Nadia"


def add_neighbour(hotline: Hotline, number: str, first_name: str = "Camille", **fields: Any) -> int:
    """Register a volunteer of forty-six in Briançon who helps on the spot."""
    values = {"on_site": True, "birth_date": "1980-05-04", "postcode": "05100", **fields}
    return add_volunteer(hotline, first_name, number, **values)


def open_need(hotline: Hotline, caller_id: int, need: Need = Need.SOLIDARITE_PROXIMITE) -> int:
    """Note what somebody needs; return the referral's id."""

    def note(session: Session) -> int:
        at = hotline.clock.now()
        return needs.opened(
            session,
            hotline.line,
            caller_id=caller_id,
            need=need,
            words="Plus de pain",
            author=AUTHOR,
            at=at,
        ).id

    return hotline.database.run(note)


def propose(hotline: Hotline, referral_id: int) -> int:
    """Ask volunteers who live near."""
    hotline.database.run(lambda session: errands.propose(session, referral_id, hotline.clock.now()))
    return referral_id
