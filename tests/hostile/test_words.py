"""Names and texts that nobody expects: what is said stays a document, what is written stays a text."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Caller, Message, OutboxRow, Volunteer
from tests.hostile import odd
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import calls, give, offer, waits
from tests.webhooks import Document, Webhooks

VOLUNTEER, CALLER, OTHER = "+33639980101", "+33199000201", "+33199000202"
LONGEST_SAID, LONGEST_SENT_TO_SAY, LONGEST_DOCUMENT, LONGEST_TEXT = 3000, 4500, 65_536, 1600
names = odd.texts | st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=30, max_size=300)


class Town:
    """One volunteer with two people to call and an offer, whatever they are called."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline, self.line, self.rung = hotline, Webhooks(hotline), 10
        self.volunteer = add_volunteer(hotline, "Zoé", VOLUNTEER, capacity=5)
        self.callers = [add_caller(hotline, number, "Odette") for number in (CALLER, OTHER)]
        self.callbacks = [
            calls(hotline, give(hotline, one, self.volunteer, None))[0].id for one in self.callers
        ]
        self.choices = "-".join(map(str, self.callbacks))
        waiting = waits(hotline, add_caller(hotline, "+33199000203", "Rose"))
        assert offer(hotline, waiting, self.volunteer)

    def name(self, first_name: str, names: str, postcode: str) -> None:
        """Let everybody be called so."""

        def write(session: Session) -> None:
            session.execute(update(Volunteer).values(first_name=first_name, last_name=names))
            session.execute(update(Caller).values(names=names, postcode=postcode[:5]))

        self.hotline.database.run(write)

    def hears(self, path: str = "/voice/incoming", caller: str = VOLUNTEER, **more: str) -> Document:
        """Somebody phones the line, each time in another call."""
        self.rung += "incoming" in path
        return self.line.document(path, **self.line.form(self.rung, caller, **more))


@pytest.fixture
def town(hotline: Hotline) -> Town:
    """A town whose people change their names."""
    return Town(hotline)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(first_name=names, called=names, postcode=odd.texts)
def test_what_is_said_is_always_a_document_of_a_length_that_is_read(
    logged: Sequence[Any], town: Town, first_name: str, called: str, postcode: str
) -> None:
    town.name(_kept(first_name), _kept(called), _kept(postcode).replace("\0", ""))
    heard = [town.hears(), town.hears(f"/voice/bridge/chosen?calls={town.choices}", Digits="1")]
    heard += [town.hears("/voice/offer?assignment=3", Digits="7")]
    heard += [
        town.hears(f"/voice/report?callback={town.callbacks[0]}", Digits="8"),
        town.hears(caller=CALLER),
    ]
    assert not any(event["event"] == "voice_fault" for event in logged)
    for document in heard:
        assert len(document.response.data) < LONGEST_DOCUMENT
        for said in document.root.iter("Say"):
            text = "".join(said.itertext())
            assert len(text) <= LONGEST_SAID
            assert len(quote(text)) <= LONGEST_SENT_TO_SAY


@pytest.mark.parametrize(
    "body", ["a" * 10_240, "é" * 5_120, "👋" * 2_560, "\u202e" * 3_000, "oui\0non " * 1_200]
)
@pytest.mark.parametrize("sender", [VOLUNTEER, CALLER, "+33639980009", "36105", "HOTLINE"])
def test_a_text_of_ten_kilobytes_is_kept_whole_and_answered_shortly(
    hotline: Hotline, town: Town, sender: str, body: str
) -> None:
    town.line.text(body, sender, number=9)
    assert only(hotline, Message).body == body
    assert all(len(row.body) <= LONGEST_TEXT for row in rows(hotline, OutboxRow))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(first_name=names, called=names)
def test_what_is_written_is_never_longer_than_a_text_may_be(town: Town, first_name: str, called: str) -> None:
    town.name(_kept(first_name), _kept(called), "05100")
    town.rung += 1
    for number, body in enumerate(("oui", "non", "fait", "absent", "stop", "start", "0001 oui", called)):
        form: dict[str, Any] = {"number": town.rung * 10 + number}
        town.line.text(_kept(body), VOLUNTEER, **form)
    written = rows(town.hotline, OutboxRow)
    assert written
    assert all(0 < len(row.body) <= LONGEST_TEXT for row in written if row.phone_id)


def _kept(text: str) -> str:
    """A name as a form gives it: never a lone surrogate, which no request can carry."""
    return text.encode("utf-8", "replace").decode()
