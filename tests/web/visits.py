"""A volunteer at their own page, as a browser asks for it; and the callers whom they know."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Call, Callback, Voicemail, Volunteer
from hotline.models.status import CallOutcome, Direction, VoicemailState
from hotline.services import links
from tests import relations
from tests.conftest import LINE
from tests.people import add_caller, add_volunteer
from tests.served import lender
from tests.webhooks import sid

MARIE, BRUNO = "+33639980101", "+33639980102"
ODETTE, LUCIEN, JEANNE = "+33199000201", "+33639980001", "+33353010017"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """A browser that belongs to one volunteer."""

    hotline: Hotline
    volunteer_id: int
    client: FlaskClient = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.client = lender.lend(self.hotline).test_client()

    def link(self) -> str:
        """A fresh link to their page, as a text would carry it: only its path."""

        def issue(session: Any) -> str:
            volunteer = session.get_one(Volunteer, self.volunteer_id)
            return links.issue(session, self.hotline.line, volunteer, self.hotline.clock.now())

        return self.hotline.database.run(issue).removeprefix(self.hotline.line.public_url)

    def come_in(self) -> "Visitor":
        """Open the page by a fresh link."""
        path = self.link()
        self.get(path)
        assert self.post(path).location == "/v/"
        return self

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(path, base_url="https://hotline.example", **more)
        if answer.mimetype == "text/html" and (found := _TOKEN.search(answer.text)):
            self.token = found[1]
        return answer

    def read(self, path: str) -> str:
        """A page's text, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, **more: Any) -> TestResponse:
        form = {"csrf_token": self.token, **more.pop("data", {})}
        return self.client.post(path, base_url="https://hotline.example", data=form, **more)

    def does(self, path: str, **form: Any) -> str:
        """Send a form that must be taken; return the page that comes next."""
        answer = self.post(path, data=form)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return self.read(answer.location)


def volunteer(hotline: Hotline, first_name: str = "Marie", number: str = MARIE, **fields: Any) -> Visitor:
    """A volunteer who stands before their page."""
    return Visitor(hotline, add_volunteer(hotline, first_name, number, **{"capacity": 5, **fields}))


def offered(hotline: Hotline, to: Visitor, names: str, number: str, **fields: Any) -> int:
    """Offer a caller to a volunteer; return the assignment's id."""
    made = relations.offer(
        hotline, relations.waits(hotline, add_caller(hotline, number, names, **fields)), to.volunteer_id
    )
    assert made is not None
    return made


def given(
    hotline: Hotline, to: Visitor, names: str, number: str, rhythm: str | None = None, **fields: Any
) -> int:
    """Give a caller to a volunteer, for one call or with a rhythm; return the first call's id."""
    caller_id = add_caller(hotline, number, names, **fields)
    return relations.calls(hotline, relations.give(hotline, caller_id, to.volunteer_id, rhythm))[0].id


def left_message(hotline: Hotline, to: Visitor, callback_id: int, audio: bytes, number: int = 7) -> int:
    """The caller of a call has left a message for their volunteer; return its id."""
    at = hotline.clock.now()
    hotline.store.put(sid("RE", number), audio)

    def leave(session: Any) -> int:
        assignment = session.get_one(Assignment, session.get_one(Callback, callback_id).assignment_id)
        call = Call(
            sid=sid("CA", number),
            direction=Direction.INBOUND,
            from_number=ODETTE,
            to_number=LINE,
            caller_id=assignment.caller_id,
            outcome=CallOutcome.VOICEMAIL,
            started_at=at,
        )
        session.add(call)
        session.flush()
        voicemail = Voicemail(
            recording_sid=sid("RE", number),
            call_id=call.id,
            duration=14,
            state=VoicemailState.STORED,
            created_at=at,
            try_at=at,
            volunteer_id=to.volunteer_id,
        )
        session.add(voicemail)
        session.flush()
        return voicemail.id

    return hotline.database.run(leave)
