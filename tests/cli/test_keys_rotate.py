"""`keys rotate`: everything under the new key, found as before, and the old key may go."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import LargeBinary, select, type_coerce

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.crypto import KeyRing, UnreadableSecretError, decode_key, new_key
from hotline.db import Database
from hotline.models import AuditEntry, Caller
from hotline.phone import PhoneNumber
from hotline.services import people, rotation
from hotline.settings import load
from tests.conftest import ENCRYPTION_KEY, StoppedClock
from tests.past import lived
from tests.people import add_caller
from tests.records import rows

NEW = new_key()
NUMBERS = count(300)


@pytest.fixture
def town(hotline: Hotline) -> None:
    """A town with a past: every sealed column holds something somewhere."""
    lived(hotline)


@pytest.fixture
def both(
    town: None, hotline: Hotline, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hotline]:
    """The product restarted with the new key before the old one."""
    with reopened(clock, monkeypatch, f"{NEW},{ENCRYPTION_KEY}") as product:
        yield product


@contextmanager
def reopened(clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, keys: str) -> Iterator[Hotline]:
    """The same database, opened with other keys."""
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEYS", keys)
    product = bootstrap.build(load(), clock)
    yield product
    product.database.close()


def rotated(product: Hotline) -> Result:
    """Type the command."""
    return CliRunner().invoke(main, ["keys", "rotate"], obj=product, catch_exceptions=False)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """What every sealed column says, in the clear."""
    with database.read() as session:
        return {
            place.table.name: [
                dict(row)
                for row in session.execute(
                    select(place.table.c.id, *place.columns).order_by(place.table.c.id)
                ).mappings()
            ]
            for place in rotation.places()
        }


def heads(database: Database) -> set[bytes]:
    """The keys under which anything is sealed."""
    found = set()
    with database.read() as session:
        for place in rotation.places():
            for column in place.columns:
                values = session.scalars(select(type_coerce(column, LargeBinary)).where(column.is_not(None)))
                found |= {bytes(value)[:5] for value in values}
    return found


def test_everything_is_sealed_with_the_new_key_and_says_what_it_said(both: Hotline, hotline: Hotline) -> None:
    before = everything(hotline.database)
    assert sum(map(len, before.values())) > 60

    done = rotated(both)

    assert done.exit_code == 0, done.output
    assert "Tout est chiffré avec la nouvelle clé" in done.output
    assert heads(both.database) == {KeyRing([decode_key(NEW)]).header}
    after = everything(both.database)
    after["audit"] = [row for row in after["audit"] if row in before["audit"]]
    assert after == before
    assert [entry.action for entry in rows(both, AuditEntry)][-1] == "keys.rotate"


def test_the_old_key_may_go_afterwards(
    both: Hotline, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = everything(both.database)
    sound = {key: both.store.get(key) for key in both.store.keys()}  # noqa: SIM118 -- a store is no mapping
    assert sound
    with reopened(clock, monkeypatch, NEW) as alone, pytest.raises(UnreadableSecretError):
        everything(alone.database)

    rotated(both)

    with reopened(clock, monkeypatch, NEW) as alone:
        found = everything(alone.database)
        assert found["callers"] == said["callers"]
        assert {key: alone.store.get(key) for key in sound} == sound


def test_people_are_found_by_their_number_as_before(
    both: Hotline, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller_id = add_caller(both, "+33199000277", "Yvonne Petit")
    rotated(both)

    with reopened(clock, monkeypatch, NEW) as alone, alone.database.read() as session:
        phone = PhoneNumber("+33199000277")
        behind = people.behind(session, phone, clock.now().date(), clock.now())
        assert behind.caller is not None
        assert behind.caller.id == caller_id


def test_a_stopped_rotation_goes_on_where_it_was(both: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    ring, before = both.database.cipher, everything(both.database)
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    place = next(place for place in rotation.places() if place.table.name == "callers")
    with both.database.write() as session:
        begun = rotation.left(session, ring, place)
        step = rotation.renew(session, ring, place, 0)
        assert rotation.left(session, ring, place) == begun - 2
    assert step.after is not None

    rotated(both)

    assert everything(both.database)["callers"] == before["callers"]
    assert heads(both.database) == {ring.header}


def test_a_second_rotation_has_nothing_to_do(both: Hotline) -> None:
    rotated(both)
    done = rotated(both)
    assert "(0 valeur, 0 enregistrement" in done.output


def test_a_process_that_still_writes_with_the_old_key_is_told_of(
    both: Hotline, hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew_audio = rotation.renew_audio

    def meanwhile(*given: Any) -> bool:
        add_caller(hotline, PhoneNumber(f"+3319900{next(NUMBERS):04d}").e164, "Écrite avec l’ancienne clé")
        return renew_audio(*given)

    monkeypatch.setattr(rotation, "renew_audio", meanwhile)
    done = CliRunner().invoke(main, ["keys", "rotate"], obj=both)

    assert done.exit_code != 0
    assert "un processus tourne encore avec l'ancienne liste" in done.output


def test_a_value_changed_meanwhile_keeps_the_change(both: Hotline, hotline: Hotline) -> None:
    caller_id = add_caller(hotline, "+33199000276", "Avant")
    place = next(place for place in rotation.places() if place.table.name == "callers")
    column = place.table.c.names
    with both.database.read() as session:
        (old,) = session.execute(
            select(Caller.id, type_coerce(column, LargeBinary).label("names")).where(Caller.id == caller_id)
        )
    with hotline.database.write() as session:
        session.get_one(Caller, caller_id).names = "Après"
    with both.database.write() as session:
        rotation._renew(session, both.database.cipher, place, column, [old])
    with both.database.read() as session:
        assert session.get_one(Caller, caller_id).names == "Après"


def test_a_missing_old_key_is_asked_for(
    town: None, hotline: Hotline, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reopened(clock, monkeypatch, new_key()) as stranger:
        done = CliRunner().invoke(main, ["keys", "rotate"], obj=stranger)
    assert done.exit_code != 0
    assert "remettez la clé qui manque" in str(done.exception) + done.output
