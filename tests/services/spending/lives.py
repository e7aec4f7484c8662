"""Calls as they are billed, without a telephone."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Call
from hotline.models.status import CallOutcome, Direction
from hotline.services.spending import billing
from hotline.telephony.webhooks import DialEnded
from tests.webhooks import sid

_NUMBERS = count(1)


def limits(folder: Path, monkeypatch: pytest.MonkeyPatch, rules: str) -> Path:
    """Let the product that is built next keep these rules."""
    config = folder / "hotline.toml"
    config.write_text(rules)
    monkeypatch.setenv("HOTLINE_CONFIG", str(config))
    return folder


def begin(hotline: Hotline, at: datetime, direction: Direction = Direction.INBOUND, **whose: int) -> int:
    """Somebody's call begins; return its id."""

    def enter(session: Session) -> int:
        call = Call(
            sid=sid("CA", 10_000 + next(_NUMBERS)),
            direction=direction,
            from_number="+33639980101",
            to_number=hotline.line.number,
            outcome=CallOutcome.IN_PROGRESS,
            started_at=at,
            **whose,
        )
        session.add(call)
        session.flush()
        return call.id

    return hotline.database.run(enter)


def over(hotline: Hotline, call_id: int, seconds: int | None) -> None:
    """The carrier says how long a call was."""
    _about(hotline, call_id, lambda session, call: billing.over(session, hotline.line, call, seconds))


def joined(hotline: Hotline, call_id: int, seconds: int, leg: int = 1) -> None:
    """The carrier says how long a leg was that it had joined to a call."""
    event = DialEnded(
        sid("CA", 1), "in-progress", "completed", sid("CA", leg), bridged=True, duration=seconds
    )
    _about(hotline, call_id, lambda session, call: billing.joined(session, hotline.line, call, event))


def _about(hotline: Hotline, call_id: int, does: Callable[[Session, Call], None]) -> None:
    hotline.database.run(lambda session: does(session, session.get_one(Call, call_id)))
