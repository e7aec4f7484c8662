"""A line to be measured: its settings, its tables, its listeners on shift and the callers it knows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from hotline import migrations
from hotline.crypto import decode_key, new_key
from hotline.db import Database
from hotline.models import Shift
from hotline.phone import PhoneNumber
from hotline.services import people
from scripts.bench import calls

ROOT = Path(__file__).resolve().parents[2]
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NO_CEILINGS = (
    "[limits]\ncall_minutes_per_day = 1000000000\ncall_minutes_per_person_per_day = 1000000000\n"
    "sms_per_day = 1000000000\nsms_per_person_per_day = 1000000000\n"
    '[bursts]\nwithin = "1s"\nnumber = 1000000\nblock = 1000000\nwithheld = 1000000\n'
)
"""A load is a burst; what is measured are calls that are answered."""
_OURS = ("HOTLINE_", "TWILIO_", "DATABASE_URL", "PORT", "WEB_CONCURRENCY")


@dataclass(frozen=True)
class Case:
    """What the line does with a call, and the verb by which a right answer is known."""

    name: str
    hours: str
    expected: str


def closed(now: datetime) -> Case:
    """The line opens in two days: every caller is invited to leave a message."""
    return Case("closed", f"{_DAYS[(now.weekday() + 2) % 7]} 10:00-18:00", "<Record ")


def opened() -> Case:
    """The line is open and two listeners ring."""
    return Case("open", "24/7", "<Number ")


def prepare(folder: Path, database_url: str, case: Case) -> dict[str, str]:
    """Make tables and people; return the environment of the processes that serve this line."""
    key = new_key()
    database = Database(database_url, [decode_key(key)])
    try:
        migrations.upgrade(database)
        database.run(_populate)
    finally:
        database.close()
    return environment(folder, database_url, key, case.hours)


def environment(folder: Path, database_url: str, key: str, hours: str) -> dict[str, str]:
    """Write the settings of a line; return the environment of its processes."""
    config = folder / "hotline.toml"
    config.write_text(f'[hours]\nopen = "{hours}"\n{_NO_CEILINGS}', encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "HOTLINE_CONFIG": str(config),
        "HOTLINE_ENCRYPTION_KEYS": key,
        "HOTLINE_SECRET_KEY": "a secret for the bench only",
        "HOTLINE_RECORDINGS_URL": f"file:{folder}/recordings",
        "HOTLINE_NUMBER": calls.LINE,
        "HOTLINE_PUBLIC_URL": calls.PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": calls.ACCOUNT,
        "TWILIO_AUTH_TOKEN": calls.TOKEN,
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
    }


def ours(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what of an environment is the product's."""
    return {name: value for name, value in environment.items() if name.startswith(_OURS)}


def _populate(session: Session) -> None:
    at = datetime.now(UTC)
    for number in calls.LISTENERS:
        phone = people.phone_for(session, PhoneNumber(number), at)
        session.add(Shift(phone_id=phone.id, available="", created_at=at))
    for number in calls.KNOWN:
        behind = people.Behind(people.phone_for(session, PhoneNumber(number), at))
        people.caller_for(session, behind, at)
