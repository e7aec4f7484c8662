"""What is kept of a seed that does not hold: both books, line by line, and everything the carrier asked."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import inspect, select

from hotline.models import (
    Alert,
    Assignment,
    Base,
    Call,
    Contact,
    EarlyReceipt,
    Heartbeat,
    Message,
    OutboxRow,
    Request,
    RingLeg,
    Tap,
    Voicemail,
)
from scripts.chaos.town import Town

_TABLES: tuple[type[Base], ...] = (
    Call,
    RingLeg,
    Voicemail,
    Message,
    EarlyReceipt,
    OutboxRow,
    Tap,
    Contact,
    Request,
    Assignment,
    Alert,
    Heartbeat,
)


def keep(town: Town) -> None:
    """Write both books beside the logs; nobody in them exists."""
    exchange = town.exchange
    with exchange.lock:
        for name, things in (
            ("calls", exchange.calls.values()),
            ("messages", exchange.messages.values()),
            (
                "recordings",
                [
                    f"{one.sid} {one.call_sid} {one.started} {one.status} {one.duration}"
                    for one in exchange.recordings.values()
                ],
            ),
            ("webhooks", exchange.webhooks),
            ("warnings", exchange.warnings),
        ):
            _write(town.folder / f"carrier-{name}.txt", things)
    with town.hotline.database.read() as session:
        for table in _TABLES:
            _write(
                town.folder / f"ours-{table.__tablename__}.txt", map(_told, session.scalars(select(table)))
            )


def _told(row: Base) -> str:
    columns = [column.key for column in inspect(type(row)).column_attrs]
    return " ".join(f"{name}={value}" for name in columns if (value := getattr(row, name)) is not None)


def _write(file: Path, things: Iterable[object]) -> None:
    file.write_text("".join(f"{thing}\n" for thing in things), encoding="utf-8")
