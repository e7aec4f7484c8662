"""The sound of a voicemail: for somebody signed in only, in the pieces that a browser asks for, and noted."""

import io

import structlog
from flask import abort, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.models import Voicemail
from hotline.models.status import VoicemailState
from hotline.services.desk import messages, peaks
from hotline.services.desk.rights import Right
from hotline.store import StoreError
from hotline.web.desk.room import Visit, page, reading, writing
from hotline.web.product import product

log = structlog.get_logger()


@page("/voicemails/<int:voicemail_id>/audio", Right.VOICEMAILS)
def audio(voicemail_id: int) -> ResponseReturnValue:
    """Play a message."""
    kept = reading(lambda visit: visit.session.get(Voicemail, voicemail_id))
    if kept is None or kept.state is not VoicemailState.STORED:
        abort(404)
    try:
        sound = product().store.get(kept.recording_sid)
    except StoreError as error:
        log.warning("recording_not_read", recording=kept.recording_sid, says=str(error))
        return _("Le son ne peut pas être lu pour le moment : prévenez la technique."), 503

    shape = kept.peaks or peaks.of(sound)

    def heard(visit: Visit) -> None:
        voicemail = visit.session.get_one(Voicemail, voicemail_id)
        messages.heard(visit.session, voicemail, visit.coordinator, visit.at)
        voicemail.peaks = voicemail.peaks or shape

    writing(heard)
    answer = send_file(io.BytesIO(sound), "audio/wav", etag=kept.sha256 or False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
