"""Who did what is written down, can be filtered and taken away, and is never changed."""

import csv
import io
from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models.status import Role
from hotline.services import custody
from hotline.services.desk import auditing
from hotline.services.desk.auditing import Filter
from tests.conftest import StoppedClock
from tests.web.desk.conftest import Desk, sign_in


def note(hotline: Hotline, actor: str, action: str, subject: str, count: int = 1) -> None:
    with hotline.database.write() as session:
        for _ in range(count):
            custody.note(session, hotline.clock.now(), actor=actor, action=action, subject=subject)


def test_the_log_says_who_did_what_the_newest_first(desk: Desk, clock: StoppedClock) -> None:
    note(desk.hotline, "lea@example.org", "export", "callers")
    clock.advance(timedelta(hours=1))
    note(desk.hotline, "noe@example.org", "caller.set", "caller:7")
    rows = desk.page("/audit").cssselect("tbody tr")
    assert [row.cssselect("td")[1].text_content() for row in rows[:2]] == [
        "noe@example.org",
        "lea@example.org",
    ]
    assert "a exporté des données" in rows[1].text_content()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("actor=lea@example.org", {"callers"}),
        ("actor=LEA@example.org", {"callers"}),
        ("action=caller.set", {"caller:7 names"}),
        ("subject=caller:7", {"caller:7 names"}),
        ("subject=caller", set()),
        ("since=2026-11-25", {"caller:7 names"}),
        ("until=2026-11-24", {"callers"}),
        ("since=nonsense", {"callers", "caller:7 names"}),
        ("actor=nobody@example.org", set()),
    ],
)
def test_the_log_is_filtered_by_person_action_subject_and_day(
    desk: Desk, clock: StoppedClock, query: str, expected: set[str]
) -> None:
    note(desk.hotline, "lea@example.org", "export", "callers")
    clock.advance(timedelta(hours=11))
    note(desk.hotline, "noe@example.org", "caller.set", "caller:7 names")
    rows = desk.page(f"/audit?{query}").cssselect("tbody tr")
    assert {row.cssselect("td")[3].text_content().strip() for row in rows} == expected


def test_a_long_log_is_read_page_by_page_without_a_gap_or_a_repetition(hotline: Hotline) -> None:
    note(hotline, "lea@example.org", "export", "calls", count=2 * auditing.PAGE + 3)
    seen: list[int] = []
    older: int | None = None
    with hotline.database.read() as session:
        for _ in range(3):
            found = auditing.page(session, Filter(), before=older)
            seen += [entry.id for entry in found.entries]
            older = found.older
    assert older is None
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 2 * auditing.PAGE + 3


def test_an_export_of_the_log_is_itself_written_down(desk: Desk) -> None:
    note(desk.hotline, "lea@example.org", "caller.set", "caller:7")
    answer = desk.get("/audit/export?subject=caller:7&format=csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert rows[1][1:] == [
        "lea@example.org",
        "a modifié la fiche d’une personne",
        "caller.set",
        "caller:7",
    ]
    assert len(rows) == 2
    assert "a exporté le journal" in desk.text("/audit?action=audit.export")


def test_the_log_opens_in_excel(desk: Desk) -> None:
    assert desk.get("/audit/export?format=xlsx").data.startswith(b"PK")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COORDINATOR, 200), (Role.TECHNICAL, 200), (Role.LISTENER, 403), (Role.STATISTICS, 403)],
)
def test_only_those_who_watch_over_the_line_read_the_log(hotline: Hotline, role: Role, status: int) -> None:
    sign_in(hotline, role).get("/audit", status=status)
