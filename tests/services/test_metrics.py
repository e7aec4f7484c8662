"""The figures for whoever watches from afar: ages of what waits longest, each read by an index."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, event, text

from hotline.bootstrap import Hotline
from hotline.models import Alert, Fault, Request
from hotline.models.status import CallerState, OutboxState, RequestState, VoicemailState
from hotline.services import health, heartbeats, metrics, people
from tests.services.test_health import DAY, HOUR, MINUTE, NOW, voicemail
from tests.services.test_health import text as outgoing

PARTIAL = ("ix_voicemails_unheard", "ix_voicemails_begun", "ix_alerts_open")


def figures(hotline: Hotline) -> dict[str, Any]:
    with hotline.database.read() as session:
        found = metrics.read(session, hotline.line, NOW)
    return {
        figure.name: {sample.label: sample.value for sample in figure.samples}
        if figure.label
        else next((sample.value for sample in figure.samples), None)
        for figure in found
    }


def test_where_nothing_waits_every_age_is_zero_and_what_never_was_has_none(hotline: Hotline) -> None:
    found = figures(hotline)
    assert {value for name, value in found.items() if name.endswith("_oldest_seconds")} == {0.0}
    assert found["clock_heartbeat_age_seconds"] is None
    assert found["calls_today"]["voicemail"] == 0


def test_the_oldest_of_each_kind_is_told_with_how_many_there_are(hotline: Hotline) -> None:
    voicemail(hotline, VoicemailState.EXPECTED, 2 * HOUR)
    for age in (5, 7):
        outgoing(hotline, OutboxState.QUEUED, NOW - age * MINUTE)
    outgoing(hotline, OutboxState.QUEUED, NOW + HOUR)
    outgoing(hotline, OutboxState.DOUBTFUL, NOW - HOUR, claimed_at=NOW - 3 * MINUTE)
    with hotline.database.write() as session:
        caller = people.new_caller(session, CallerState.ACTIVE, NOW)
        session.add(Request(caller_id=caller.id, state=RequestState.WAITING, opened_at=NOW - DAY))
        session.add(Alert(kind="x", key="x", created_at=NOW - 2 * DAY))
        session.add(Alert(kind="x", key="y", created_at=NOW - 9 * DAY, closed_at=NOW))
        session.add(Fault(name="store", wrong=True, changed_at=NOW - HOUR, known=True))
        session.add(Fault(name="smtp", wrong=False, changed_at=NOW - HOUR, known=True))
        heartbeats.note(session, health.CLOCK, NOW - timedelta(seconds=7))
        heartbeats.note(session, health.BACKUP, NOW - DAY)
    found = figures(hotline)
    assert found["voicemail_unheard_oldest_seconds"] == found["voicemail_unfetched_oldest_seconds"] == 7200
    assert (found["text_queued_oldest_seconds"], found["text_queued_count"]) == (420, 2)
    assert (found["text_doubtful_oldest_seconds"], found["mail_doubtful_count"]) == (180, 0)
    assert found["request_waiting_oldest_seconds"] == 86400
    assert (found["alert_open_oldest_seconds"], found["alert_open_count"]) == (172800, 1)
    assert found["fault_age_seconds"] == {"store": 3600}
    assert (found["clock_heartbeat_age_seconds"], found["backup_age_seconds"]) == (7, 86400)
    assert found["texts_today"]["queued"] == 3


def plan(hotline: Hotline, query: Executable) -> list[str]:
    """How the engine goes about a query; PostgreSQL takes an index where it can, however small the table."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(hotline.database.engine, "before_cursor_execute", note)
    with hotline.database.read() as session:
        session.execute(query)
        event.remove(hotline.database.engine, "before_cursor_execute", note)
        statement, values = asked[-1]
        if not hotline.database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if hotline.database.is_sqlite else "EXPLAIN "
        rows = session.connection().exec_driver_sql(explain + statement, values)
        return [str(row[-1]) for row in rows]


@pytest.mark.parametrize("which", range(13))
def test_every_figure_is_read_by_an_index(hotline: Hotline, which: int) -> None:
    queries = metrics.statements(hotline.line, NOW)
    assert len(queries) == 13
    steps = plan(hotline, queries[which])
    assert not any("Seq Scan" in step for step in steps), steps
    scans = [step for step in steps if step.startswith("SCAN")]
    assert all(any(index in step for index in PARTIAL) for step in scans), steps
