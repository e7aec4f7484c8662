"""Compares what the carrier knows with what we have written down: every difference is a sentence."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Call, Contact, Message, OutboxRow, Request, Tap, Voicemail
from hotline.models.status import (
    OPEN_REQUEST,
    AssignmentState,
    CallOutcome,
    Direction,
    OutboxState,
    RequestState,
    TapState,
    VoicemailState,
)
from hotline.rehearsal import state as carrier
from hotline.rehearsal.exchange import Exchange
from hotline.store import StoreError

_HOLDING = {
    RequestState.OFFERED: {AssignmentState.OFFERED},
    RequestState.ASSIGNED: {AssignmentState.ACTIVE, AssignmentState.PAUSED},
}
_LEFT = frozenset({OutboxState.SENT, OutboxState.DELIVERED})
_LOST = frozenset({"failed", "undelivered", "canceled"})


@dataclass(frozen=True)
class Books:
    """Both sides of the comparison."""

    exchange: Exchange
    hotline: Hotline
    session: Session

    @property
    def inbound(self) -> Sequence[carrier.Call]:
        """The calls that the carrier brought us."""
        return [call for call in self.exchange.calls.values() if call.direction == "inbound"]

    @property
    def placed(self) -> Sequence[carrier.Call]:
        """The calls that we asked the carrier for."""
        return [call for call in self.exchange.calls.values() if call.direction == "outbound-api"]

    @property
    def spoken(self) -> Sequence[carrier.Recording]:
        """The recordings that hold words."""
        shortest = self.hotline.line.config.voicemail.shortest.total_seconds()
        return [
            recording
            for recording in self.exchange.recordings.values()
            if recording.status == "completed" and recording.duration >= shortest
        ]

    def texts(self, direction: str) -> Sequence[carrier.Message]:
        """The texts that the carrier took, from whom or for whom they may be."""
        return [text for text in self.exchange.messages.values() if text.direction == direction]


def differences(exchange: Exchange, hotline: Hotline) -> list[str]:
    """Return everything in which the carrier's books and ours differ, or contradict themselves."""
    with hotline.database.read() as session:
        return compared(Books(exchange, hotline, session))


def size(exchange: Exchange) -> str:
    """Return how much there was to compare."""
    calls, texts = exchange.calls.values(), exchange.messages.values()
    inbound = [call for call in calls if call.direction == "inbound"]
    received = sum(text.direction == "inbound" for text in texts)
    unanswered = sum(entry.status == 0 for entry in exchange.webhooks)
    return (
        f"{len(inbound)} calls, {sum(call.joined for call in inbound)} joined, "
        f"{len(exchange.recordings)} recordings, {received} texts in, {len(texts) - received} out, "
        f"{sum(call.direction == 'outbound-api' for call in calls)} placed, "
        f"{len(exchange.webhooks)} webhooks, {unanswered} unanswered"
    )


def compared(books: Books) -> list[str]:
    """Return every difference between two books, as one transaction sees ours."""
    with books.exchange.lock:
        return [said for compare in _COMPARED for said in compare(books)]


def _calls(books: Books) -> Iterator[str]:
    """Each call is there once, over, with what became of it."""
    ours = {call.sid: call for call in books.session.scalars(select(Call))}
    kept = {recording.call_sid for recording in books.spoken}
    recorded = {recording.call_sid for recording in books.exchange.recordings.values()}
    for theirs in (*books.inbound, *books.placed):
        call = ours.get(theirs.sid)
        if call is None:
            yield f"call {theirs.sid} ({theirs.direction}, {theirs.status}) is not in our books"
        elif call.outcome is CallOutcome.IN_PROGRESS:
            yield f"call {theirs.sid} is over, and in progress in our books"
        elif call.ended_at is None:
            yield f"call {theirs.sid} is over, and has no end in our books"
        elif call.caller_id is not None and theirs.direction == "inbound":
            expected = _outcomes(theirs, message=theirs.sid in kept, sound=theirs.sid in recorded)
            if call.outcome not in expected:
                yield f"call {theirs.sid} is {call.outcome} in our books, was {' or '.join(sorted(expected))}"
    for sid in ours.keys() - {call.sid for call in (*books.inbound, *books.placed)}:
        yield f"call {sid} is in our books, and was never made"


def _outcomes(theirs: carrier.Call, *, message: bool, sound: bool) -> set[CallOutcome]:
    """A message may follow a conversation; silence after the beep may be a message that is told lost."""
    if message and not theirs.joined:
        return {CallOutcome.VOICEMAIL}
    expected = {CallOutcome.ANSWERED if theirs.joined else CallOutcome.HUNG_UP}
    return expected | {CallOutcome.VOICEMAIL} if sound else expected


def _recordings(books: Books) -> Iterator[str]:
    """Each message with words is there once, its sound in our store, byte by byte."""
    ours = {voicemail.recording_sid: voicemail for voicemail in books.session.scalars(select(Voicemail))}
    for theirs in books.spoken:
        voicemail = ours.pop(theirs.sid, None)
        if voicemail is None:
            yield f"recording {theirs.sid} of call {theirs.call_sid} is not in our books"
        elif voicemail.state is not VoicemailState.STORED:
            yield f"recording {theirs.sid} is still {voicemail.state}"
        elif voicemail.call.sid != theirs.call_sid:
            yield f"recording {theirs.sid} is in our books under another call"
        elif voicemail.sha256 != hashlib.sha256(theirs.wav).hexdigest():
            yield f"recording {theirs.sid} is not what was said"
        elif not _stored(books.hotline, theirs):
            yield f"recording {theirs.sid} is not in our store"
    for sid, voicemail in ours.items():
        if sid not in books.exchange.recordings:
            yield f"recording {sid} is in our books, and nothing was said"
        elif voicemail.state in {VoicemailState.EXPECTED, VoicemailState.FETCHING}:
            yield f"recording {sid}, in which nothing was said, is still {voicemail.state}"


def _stored(hotline: Hotline, theirs: carrier.Recording) -> bool:
    try:
        return hotline.store.get(theirs.sid) == theirs.wav
    except StoreError:
        return False


def _texts_in(books: Books) -> Iterator[str]:
    """Each text received is there once, word for word; a caller's belongs to a request."""
    ours = {
        message.sid: message
        for message in books.session.scalars(select(Message).where(Message.direction == Direction.INBOUND))
    }
    for theirs in books.texts("inbound"):
        message = ours.pop(theirs.sid, None)
        if message is None:
            yield f"text {theirs.sid} of {_hidden(theirs.from_)} is not in our books"
        elif message.body != theirs.body:
            yield f"text {theirs.sid} does not say in our books what it said"
        elif message.caller_id is not None and message.contact_id is None:
            yield f"text {theirs.sid} opened no request"
    for sid in ours:
        yield f"text {sid} is in our books, and was never received"


def _answers(books: Books) -> Iterator[str]:
    """Each text of a volunteer is answered by one text."""
    keys = set(books.session.scalars(select(OutboxRow.key)))
    written = select(Message.sid).where(
        Message.direction == Direction.INBOUND, Message.volunteer_id.is_not(None)
    )
    for sid in books.session.scalars(written):
        if f"answer:{sid}" not in keys:
            yield f"text {sid} of a volunteer has no answer"


def _texts_out(books: Books) -> Iterator[str]:
    """Each text that we decided to send was sent once, and each that was sent is ours."""
    rows = books.session.scalars(select(OutboxRow).where(OutboxRow.phone_id.is_not(None))).all()
    theirs = [text for text in books.texts("outbound-api") if text.status not in _LOST]
    sent = Counter((text.to, text.body) for text in theirs)
    wanted = Counter((row.telephone.number, row.body) for row in rows if row.state in _LEFT)
    for (to, body), count in (sent - wanted).items():
        yield f"{count} more than wanted to {_hidden(to)}: « {body} »"
    for (to, body), count in (wanted - sent).items():
        yield f"{count} of those we hold for sent never left to {_hidden(to)}: « {body} »"
    logged = set(books.session.scalars(select(Message.sid).where(Message.direction == Direction.OUTBOUND)))
    for sid in {text.sid for text in books.texts("outbound-api")} - logged:
        yield f"text {sid}, which we sent, is not in our books"
    for sid in logged - books.exchange.messages.keys():
        yield f"text {sid} is in our books, and was never sent"


def _requests(books: Books) -> Iterator[str]:
    """Everybody who made contact has a request, and each request is held by whom it says."""
    for contact_id in books.session.scalars(select(Contact.id).where(Contact.request_id.is_(None))):
        yield f"contact {contact_id} belongs to no request"
    silent = select(Call.sid).where(Call.caller_id.is_not(None), Call.contact_id.is_(None))
    for sid in books.session.scalars(silent):
        yield f"call {sid} opened no request"
    for request in books.session.scalars(select(Request)):
        yield from _holders(books.session, request)


def _holders(session: Session, request: Request) -> Iterator[str]:
    held = session.scalars(
        select(Assignment.state).where(Assignment.request_id == request.id, Assignment.holds_request)
    ).all()
    holding = [state for state in held if any(state in states for states in _HOLDING.values())]
    if len(holding) > 1:
        yield f"request {request.id} is held {len(holding)} times"
    allowed = _HOLDING.get(request.state, set())
    if bool(holding) != bool(allowed) or not set(holding) <= allowed:
        yield f"request {request.id} is {request.state}, held by {holding or 'nobody'}"
    if request.state not in OPEN_REQUEST and request.close_reason is None:
        yield f"request {request.id} is {request.state}, and nobody knows why"


def _taps(books: Books) -> Iterator[str]:
    """A telephone rings once for each tap, and each call that we placed is a tap's."""
    sids = {tap.sid for tap in books.session.scalars(select(Tap))}
    asked = Counter(tap.volunteer.phone.number for tap in books.session.scalars(select(Tap)))
    rung = Counter(call.to for call in books.placed)
    for number, count in (rung - asked).items():
        yield f"{_hidden(number)} was rung {count} times more than asked for"
    for call in books.placed:
        if call.sid not in sids:
            yield f"call {call.sid}, which we placed, is no tap's"


def _stuck(books: Books) -> Iterator[str]:
    """Nothing is left in the middle."""
    session, at = books.session, books.hotline.clock.now()
    middle = OutboxRow.state.in_({OutboxState.SENDING, OutboxState.DOUBTFUL})
    late = (OutboxRow.state == OutboxState.QUEUED) & (OutboxRow.due_at <= at)
    for row in session.scalars(select(OutboxRow).where(middle | late)):
        yield f"text {row.key} is still {row.state}"
    taps = select(Tap).where(Tap.state.in_({TapState.QUEUED, TapState.DIALLING, TapState.DOUBTFUL}))
    for tap in session.scalars(taps):
        yield f"tap {tap.id} is still {tap.state}"
    offers = select(Assignment).where(
        Assignment.state == AssignmentState.OFFERED, Assignment.expires_at <= at
    )
    for offer in session.scalars(offers):
        yield f"offer {offer.id} is over, and still offered"


def _hidden(number: str) -> str:
    return f"…{number[-4:]}"


_COMPARED: Sequence[Callable[[Books], Iterator[str]]] = (
    _calls,
    _recordings,
    _texts_in,
    _answers,
    _texts_out,
    _requests,
    _taps,
    _stuck,
)
