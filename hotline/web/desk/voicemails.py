"""The inbox of voicemails, and one message."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline.models import Call, Contact, Note, Request, Voicemail
from hotline.models.status import TranscriptState
from hotline.services import transcripts
from hotline.services.desk import inbox, notes
from hotline.services.desk.inbox import Item, Tab
from hotline.services.desk.rights import Right
from hotline.services.referrals import needs, suggested
from hotline.services.referrals.suggested import Possible
from hotline.web.desk import live
from hotline.web.desk.room import Visit, allowed, is_fragment, page, reading
from hotline.web.desk.voicemail_forms import NoteForm, TranscriptForm

TABS = {
    Tab.UNHEARD: _l("À écouter"),
    Tab.BEGUN: _l("En cours"),
    Tab.LATER: _l("Remis à plus tard"),
    Tab.HANDLED: _l("Traités"),
}
KEYS = (
    (_l("Espace"), _l("écouter, arrêter")),
    ("← →", _l("reculer, avancer de 5 secondes")),
    ("- +", _l("plus lentement, plus vite")),
)
_OTHERS = 5


class Trust(StrEnum):
    """How far the words of a message can be trusted, or why there are none."""

    CORRECTED = "corrected"
    UNSURE = "unsure"
    MACHINE = "machine"
    SILENT = "silent"
    EXPECTED = "expected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Transcript:
    """The words of a message in pieces, of which numbers that a machine heard are marked."""

    trust: Trust
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class Opened:
    """One message with all that its page shows."""

    item: Item
    transcript: Transcript
    request: Request | None
    notes: list[Note]
    others: list[Voicemail]
    possible: list[Possible]


@page("/voicemails", Right.VOICEMAILS)
def voicemails() -> ResponseReturnValue:
    """Show one of the four lists of messages."""
    tab = _tab()
    after = request.args.get("after", type=int)
    found = reading(lambda visit: inbox.part(visit.session, tab, visit.at, after=after))
    rows = live.part("desk/voicemails_list.html", "messages", found=found, tab=tab, after=after)
    if is_fragment():
        return live.answered(rows)
    return render_template("desk/voicemails.html", rows=rows, tab=tab, tabs=TABS)


@page("/voicemails/<int:voicemail_id>", Right.VOICEMAILS)
def voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Show one message; a page left open asks only who looks after it."""
    return shown(voicemail_id)


@page("/voicemails/<int:voicemail_id>/next", Right.VOICEMAILS)
def next_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Go to the message to hear after this one."""
    return redirect(following(voicemail_id), 303)


def following(voicemail_id: int) -> str:
    """Return the address of the message to hear after one; of the empty inbox when there is none."""

    def find(visit: Visit) -> int | None:
        here = visit.session.get(Voicemail, voicemail_id)
        return inbox.next_unheard(visit.session, visit.at, after=here)

    found = reading(find)
    if found is None:
        return url_for("desk.voicemails")
    return url_for("desk.voicemail", voicemail_id=found)


def shown(
    voicemail_id: int, *, note: NoteForm | None = None, transcript: TranscriptForm | None = None
) -> ResponseReturnValue:
    """Draw one message, with a form that could not be kept as it was typed."""
    opened = reading(lambda visit: _opened(visit, voicemail_id))
    if opened is None:
        abort(404)
    context: dict[str, Any] = {"opened": opened, "item": opened.item, "voicemail": opened.item.voicemail}
    hold = live.part("desk/voicemail_hold.html", "hold", **context)
    if is_fragment():
        return live.answered(hold)
    faulty = note or transcript
    page_shown = render_template(
        "desk/voicemail.html",
        **context,
        hold=hold,
        note=note or NoteForm(),
        transcript=transcript or TranscriptForm.of(opened.item.voicemail),
        own_keys=KEYS,
    )
    return (page_shown, 422) if faulty else page_shown


def _opened(visit: Visit, voicemail_id: int) -> Opened | None:
    session = visit.session
    item = inbox.one(session, voicemail_id, visit.at)
    if item is None:
        return None
    call = item.voicemail.call
    contact = session.get(Contact, call.contact_id) if call.contact_id else None
    others = (
        select(Voicemail)
        .join(Voicemail.call)
        .where(Call.caller_id == call.caller_id, Voicemail.id != voicemail_id)
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(_OTHERS)
    )
    return Opened(
        item,
        _transcript(visit, item.voicemail),
        session.get(Request, contact.request_id) if contact and contact.request_id else None,
        notes.written_from(session, item.voicemail),
        list(session.scalars(others)) if call.caller_id else [],
        _possible(visit, item.voicemail),
    )


def _possible(visit: Visit, voicemail: Voicemail) -> list[Possible]:
    """Return the needs that a message lets guess, and that are not followed yet."""
    caller_id = voicemail.call.caller_id
    if caller_id is None or not allowed(Right.REFERRALS):
        return []
    known = {one.need for one in needs.open_of(visit.session, caller_id)}
    return suggested.in_words(visit.line, [voicemail.transcript], known)


def _transcript(visit: Visit, voicemail: Voicemail) -> Transcript:
    text = voicemail.transcript or ""
    if voicemail.edited_at is not None:
        return Transcript(Trust.CORRECTED, [(text, False)])
    return Transcript(_trust(visit, voicemail), transcripts.marked(text))


def _trust(visit: Visit, voicemail: Voicemail) -> Trust:
    if voicemail.transcript_state is TranscriptState.DONE:
        if not voicemail.transcript:
            return Trust.SILENT
        return Trust.UNSURE if transcripts.unsure(voicemail.reliability) else Trust.MACHINE
    expected = (
        visit.line.transcribes
        and voicemail.transcript_state is TranscriptState.WAITING
        and voicemail.created_at >= visit.at - transcripts.LATELY
    )
    return Trust.EXPECTED if expected else Trust.UNAVAILABLE


def _tab() -> Tab:
    wanted = request.args.get("state", Tab.UNHEARD.value)
    return Tab(wanted) if wanted in set(Tab) else Tab.UNHEARD
