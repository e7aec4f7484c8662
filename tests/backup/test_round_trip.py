"""What is backed up on one database comes back on another, with other keys, to the last row."""

import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from hotline import migrations
from hotline.backup import making
from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Phone
from hotline.phone import PhoneNumber
from hotline.services import custody, people
from hotline.services.desk import search
from tests.backup.conftest import SOUND, Places, back_up, contents, silent
from tests.databases import on_sqlite
from tests.past import lived
from tests.records import rows
from tests.web.desk.conftest import sign_in

TOLD_BY_THE_RESTORE = {"outbox", "heartbeats", "alerts", "audit"}
MEGA = 1 << 20

on_each = pytest.mark.parametrize("engine", ["sqlite", "postgres"])


@on_each
def test_every_row_comes_back_on_either_database(
    hotline: Hotline, file: Path, elsewhere: Places, engine: str
) -> None:
    lived(hotline)
    before = contents(hotline.database)
    made = back_up(hotline, file)
    place = elsewhere(engine)
    place.restore(file)
    after = contents(place.hotline.database)
    assert set(after) == set(before)
    for table in set(before) - TOLD_BY_THE_RESTORE:
        assert after[table] == before[table], table
    assert sum(map(bool, before.values())) > 30
    assert sum(made.sums.rows.values()) == sum(map(len, before.values())) - 1  # the version is no row of ours
    assert migrations.is_current(place.hotline.database)


@on_sqlite
@on_each
def test_with_a_new_key_in_front_people_are_found_and_messages_heard(
    hotline: Hotline, file: Path, elsewhere: Places, engine: str
) -> None:
    past = lived(hotline)
    voicemail = sign_in(hotline).get(f"/voicemails/{past.voicemail}/audio").data
    back_up(hotline, file)
    place = elsewhere(engine)
    place.restore(file)
    with place.hotline.database.read() as session:
        found = search.find(session, "ode")
    desk = sign_in(place.hotline, name="Ailleurs Dupuis")
    assert {person.names for person in found.people} == {"Odette Martin"}
    assert desk.get(f"/voicemails/{past.voicemail}/audio").data == voicemail


@on_each
def test_ids_are_never_used_twice_even_after_a_restore(
    hotline: Hotline, file: Path, elsewhere: Places, engine: str
) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        for number in range(1, 6):
            custody.note(session, at, actor="essai", action="try", subject=str(number))
        session.execute(delete(AuditEntry).where(AuditEntry.subject == "5"))
    back_up(hotline, file)
    place = elsewhere(engine)
    place.restore(file)
    with place.hotline.database.write() as session:
        people.phone_for(session, PhoneNumber("+33639980001"), at)
    assert [entry.id for entry in rows(place.hotline, AuditEntry)] == [1, 2, 3, 4, 6]
    assert [phone.id for phone in rows(place.hotline, Phone)] == [1]


def test_a_backup_is_one_moment_and_nobody_waits_for_it(
    hotline: Hotline, file: Path, elsewhere: Places
) -> None:
    lived(hotline)
    before = contents(hotline.database)
    at = hotline.clock.now()

    def write_meanwhile(_what: str, done: int, _total: int | None) -> None:
        with hotline.database.write() as session:
            custody.note(session, at, actor="essai", action="meanwhile", subject=str(done))
            people.phone_for(session, PhoneNumber(f"+3363998{done:04}"), at)

    making.make(hotline, file, at, write_meanwhile)
    place = elsewhere()
    place.restore(file)
    after = contents(place.hotline.database)
    assert len(contents(hotline.database)["phones"]) > len(before["phones"])
    assert after["phones"] == before["phones"]
    assert [entry for entry in rows(place.hotline, AuditEntry) if entry.action == "meanwhile"] == []


@on_sqlite
def test_a_large_line_is_never_held_in_memory(hotline: Hotline, file: Path, elsewhere: Places) -> None:
    at = hotline.clock.now()
    for number in range(32):
        hotline.store.put(f"RE{number}", SOUND * 5)
    with hotline.database.write() as session:
        entries = [
            {"at": at, "actor": "essai" * 100, "actor_index": "essai", "action": "try", "subject": str(n)}
            for n in range(8_000)
        ]
        session.execute(insert(AuditEntry), entries)
    del entries
    place = elsewhere()
    tracemalloc.start()
    made = making.make(hotline, file, at, silent)
    _, for_making = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    place.restore(file)
    _, for_restoring = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.size > 32 * MEGA
    assert for_making < 12 * MEGA
    assert for_restoring < 24 * MEGA
    assert len(rows(place.hotline, AuditEntry)) == 8_001
