"""Whatever somebody types into an address or sends in a form: the desk answers, never with a fault."""

import logging
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from werkzeug.routing import Rule

from hotline.bootstrap import Hotline
from tests.past import lived
from tests.web.desk.conftest import Desk, sign_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HUGE = str(10**30)
QUESTIONS = ("²", HUGE, "9999-12-31")
FORMS = ("", HUGE, "9" * 4999, "null\0byte")
ASKED = frozenset(
    re.findall(
        r"\w+",
        """
        action actor after at away back before body caller day dep ends_on every first format from group
        holidays kind language last listener name need nth only other period phone_id q shift_id since
        starts_on state subject text to unit until v volunteer week weekdays who
        """,
    )
)
SENT = ASKED | frozenset(
    re.findall(
        r"\w+",
        """
        available capacity email expression field hour hours last_day later matter minutes names next_date
        number on one phone reason resumes_on role sealed seen wants_call weekly_cap wished_hours words zone
        """,
    )
)
KEPT_OUT = {"desk.sign_out", "desk.end_browsers", "desk.keep_account", "desk.settings_check"}
"""What would sign this browser out or change how its pages look, and what asks the carrier."""
DATED: tuple[tuple[str, dict[str, str]], ...] = (
    ("/hours/closures", {"first": "{day}", "last": "9999-12-31"}),
    ("/hours/openings", {"day": "{day}", "hours": "10:00-12:00"}),
    ("/hours/preview", {"matter": "closure", "first": "{day}", "last": "{day}"}),
    ("/hours/preview", {"matter": "opening", "day": "{day}", "hours": "10:00-12:00"}),
    ("/people/1/boundary", {"last_day": "{day}", "reason": "Insultes"}),
    ("/contacts/new", {"who": "Rose", "kind": "visit", "wants_call": "no", "day": "{day}", "new": "1"}),
    ("/volunteers/1/away", {"since": "{day}", "until": "{day}"}),
    ("/volunteers/1/rejoin?since={day}T00:00:00%2B14:00", {}),
    ("/volunteers/message", {"to": "1", "body": "Bonjour", "later": "{day}T10:00"}),
    (
        "/roster/shifts/new",
        {"who": "Zoé", "expression": "Mo 10:00-12:00", "first": "{day}", "last": "{day}"},
    ),
    ("/roster/shifts/back?phone_id=1&available=Mo+10:00-12:00&from_date={day}", {}),
    ("/assignments/1/pause", {"resumes_on": "{day}"}),
    ("/assignments/1/cadence", {"every": "1", "weekdays": "0", "at": "14:00", "starts_on": "{day}"}),
    ("/assignments/1/cadence", {"every": "1", "weekdays": "0", "at": "14:00", "ends_on": "{day}"}),
    ("/assignments/calls/1/move", {"day": "{day}", "hour": "14:00"}),
    ("/assignments/calls/1/told", {"reached": "yes", "next_date": "{day}"}),
    ("/requests/1/give/2", {"kind": "recurring", "weekdays": "0", "at": "14:00", "starts_on": "{day}"}),
)
A_FORM = "application/x-www-form-urlencoded"
PLACE = re.compile(r"<[^>]+>")


@pytest.fixture
def visitor(hotline: Hotline) -> Iterator[Desk]:
    """Somebody with every right, in a town where much has happened."""
    lived(hotline)
    logging.disable(logging.CRITICAL)
    yield sign_in(hotline)
    logging.disable(logging.NOTSET)


def test_an_odd_question_is_never_a_fault(visitor: Desk) -> None:
    for odd in QUESTIONS:
        asked = urlencode(dict.fromkeys(ASKED, odd))
        for rule in _rules(visitor, "GET"):
            _fine(visitor, "GET", PLACE.sub("1", str(rule)), query_string=asked)


def test_an_odd_form_is_never_a_fault(visitor: Desk) -> None:
    for odd in FORMS:
        sent = urlencode(dict.fromkeys(("capacity", "one", "to") if len(odd) > 99 else SENT, odd))
        chosen = "&act=close&reason=other&matter=closure"
        for rule in _rules(visitor, "POST"):
            path = PLACE.sub("1", str(rule))
            _fine(visitor, "POST", path, data=sent + chosen, content_type=A_FORM)


@pytest.mark.parametrize("number", ["0", HUGE])
def test_an_address_of_nothing_is_never_a_fault(visitor: Desk, number: str) -> None:
    for method in ("GET", "POST"):
        for rule in _rules(visitor, method):
            if rule.arguments:
                _fine(visitor, method, PLACE.sub(number, str(rule)))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_in_another_age_is_never_a_fault(visitor: Desk, day: str) -> None:
    for path, fields in DATED:
        sent = {name: value.format(day=day) for name, value in fields.items()}
        answer = visitor.client.post(path.format(day=day), data=sent)
        assert answer.status_code < 500, path


def _fine(desk: Desk, method: str, path: str, **sent: object) -> None:
    answer = desk.client.open(path, method=method, **sent)  # type: ignore[arg-type]
    assert answer.status_code < 500, (method, path[:80], str(sent)[:120])


def _rules(desk: Desk, method: str) -> list[Rule]:
    return [
        rule
        for rule in desk.client.application.url_map.iter_rules()
        if rule.endpoint.startswith("desk.")
        and rule.endpoint not in KEPT_OUT
        and method in (rule.methods or ())
    ]
