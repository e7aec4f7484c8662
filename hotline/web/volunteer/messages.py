"""Messages that callers left for a volunteer: heard by them alone, and noted."""

from io import BytesIO

from flask import abort, request, send_file
from werkzeug import Response

from hotline.models import Voicemail
from hotline.models.status import VoicemailState
from hotline.services import custody
from hotline.store import StoreError
from hotline.web.product import product
from hotline.web.volunteer.room import Visit, pages, reading, writing

_FROM_THE_START = "bytes=0-"


@pages.get("/messages/<int:voicemail_id>.wav")
def message(voicemail_id: int) -> Response:
    """Play a message to the volunteer for whom it was left, in pieces where the browser wants them."""
    key = reading(lambda visit: _own(visit, voicemail_id).recording_sid)
    try:
        audio = product().store.get(key)
    except StoreError:
        abort(404)
    if request.method == "GET" and request.headers.get("Range", _FROM_THE_START).startswith(_FROM_THE_START):
        writing(lambda visit: _heard(visit, _own(visit, voicemail_id)))
    return send_file(BytesIO(audio), mimetype="audio/wav", conditional=True, etag=False)


def _own(visit: Visit, voicemail_id: int) -> Voicemail:
    """Return a message left for this volunteer; nobody else's is there for them."""
    voicemail = visit.session.get(Voicemail, voicemail_id)
    if voicemail is None or voicemail.volunteer_id != visit.volunteer.id:
        abort(404)
    if voicemail.state is not VoicemailState.STORED:
        abort(404)
    return voicemail


def _heard(visit: Visit, voicemail: Voicemail) -> None:
    """Note who listens, at each listening: some browsers ask for the beginning twice."""
    voicemail.heard_at = voicemail.heard_at or visit.at
    custody.note(
        visit.session,
        visit.at,
        actor=f"{visit.volunteer.first_name} {visit.volunteer.last_name}",
        action="voicemail.hear",
        subject=f"voicemail {voicemail.id}",
    )
