"""What people did: contacts, calls with their voicemails, texts; and the notes that the desk took."""

from typing import Any, Final

import numpy as np

from hotline.models import Call, Contact, Message, Note, OutboxRow, Voicemail
from scripts.bench.calls import LINE
from scripts.bench.country.bulk import Bulk
from scripts.bench.country.drawn import (
    DAY,
    Draw,
    Numbers,
    Seconds,
    moments,
    numbered,
    sids,
    taken,
    where,
)
from scripts.bench.country.story import Story, Strand
from scripts.bench.country.words import SENTENCES

_AUTHORS: Final = ("Camille Faure", "Nadia Cherif")
_FRESH: Final = DAY


def write(bulk: Bulk, draw: Draw, told: Story, numbers: list[str], made: list[int]) -> None:
    """Write all of it; volunteers' calls are those of the callbacks that were made."""
    _write_contacts(bulk, draw, told)
    _write_calls(bulk, draw, told.calls, numbers, made)
    _write_messages(bulk, draw, told.texts, numbers)
    _write_outbox(bulk, draw)
    _write_notes(bulk, draw)


def _write_contacts(bulk: Bulk, draw: Draw, told: Story) -> None:
    """Write the contacts in the order in which they came; each belongs to its caller's own request."""
    ago, caller, contact = (
        np.concatenate([getattr(strand, name)[strand.of_callers] for strand in told.strands])
        for name in ("ago", "caller", "contact")
    )
    many = [int(strand.of_callers.sum()) for strand in told.strands]
    handset = draw.one_of(["handset_call", "handset_message", "visit", "letter"], many[2])
    kinds = ["call"] * many[0] + ["message"] * many[1] + handset
    written = [None] * (many[0] + many[1]) + draw.one_of(draw.sealed("contacts.words", SENTENCES), many[2])
    author = draw.sealed("contacts.author", _AUTHORS)[0]
    order = np.argsort(contact)
    words = taken(written, order)
    bulk.write(
        Contact,
        len(ago),
        id=contact[order].tolist(),
        kind=taken(kinds, order),
        caller_id=(caller[order] + 1).tolist(),
        request_id=(caller[order] + 1).tolist(),
        at=moments(ago[order]),
        words=words,
        author=[author if one else None for one in words],
    )


def _write_calls(bulk: Bulk, draw: Draw, calls: Strand, numbers: list[str], made: list[int]) -> None:
    count, mine = len(calls.ago), calls.of_callers
    drawn = np.array(draw.one_of(["answered", "voicemail", "hung_up", "failed"], count, [45, 26, 28, 1]))
    outcome = np.where(mine, drawn, "bridged")
    volunteer = draw.below(draw.size.volunteers, count)
    of_callback = np.array(made)[np.cumsum(~mine) % len(made)]
    phone = np.where(mine, calls.caller + draw.size.volunteers, volunteer)
    began, ended = moments(calls.ago), moments(calls.ago - draw.below(59, count))
    bulk.write(
        Call,
        count,
        id=numbered(count),
        sid=sids("CA", count),
        direction="inbound",
        from_number=taken(draw.sealed("calls.from_number", numbers), phone),
        to_number=draw.sealed("calls.to_number", [LINE])[0],
        withheld=0,
        caller_id=where(mine, (calls.caller + 1).tolist()),
        volunteer_id=where(~mine, (volunteer + 1).tolist()),
        contact_id=where(mine, calls.contact.tolist()),
        callback_id=where(~mine, of_callback.tolist()),
        outcome=outcome.tolist(),
        started_at=began,
        ended_at=ended,
        answered_by_id=where(outcome == "answered", (volunteer % draw.many(300) + 1).tolist()),
    )
    left = np.flatnonzero(outcome == "voicemail")
    _write_voicemails(bulk, draw, left + 1, calls.ago[left])


def _write_voicemails(bulk: Bulk, draw: Draw, call: Numbers, ago: Seconds) -> None:
    """Write messages: those of a day are still to be heard, some are begun or put off, others handled."""
    count = len(call)
    heard = np.maximum(ago - draw.below(2 * DAY, count), 30)
    done = (ago > 3 * DAY) & ~draw.some(0.002, count)
    later = ~done & draw.some(0.1, count)
    transcripts: list[Any] = [None, *draw.sealed("voicemails.transcript", SENTENCES)]
    words = draw.one_of(transcripts, count, [1.0, *[1 / len(SENTENCES)] * len(SENTENCES)])
    author = draw.sealed("voicemails.claimed_by", _AUTHORS)[0]
    begun = done | (~later & (ago > _FRESH))
    bulk.write(
        Voicemail,
        count,
        id=numbered(count),
        recording_sid=sids("RE", count),
        call_id=call.tolist(),
        duration=(draw.below(120, count) + 4).tolist(),
        state="stored",
        sha256="0" * 64,
        created_at=moments(ago - 30),
        try_at=moments(ago - 30),
        heard_at=where(begun, moments(heard)),
        claimed_by=where(done, [author] * count),
        handled_at=where(done, moments(np.maximum(heard - 600, 20))),
        snoozed_until=where(later, moments(-draw.below(DAY, count))),
        telemarketing=draw.one_of([0, 1], count, [0.97, 0.03]),
        transcript=words,
        transcript_state=["done" if one else "waiting" for one in words],
        reliability=draw.one_of([-0.2, -0.4, -0.9], count),
        peaks=draw.one_of([bytes(draw.below(256, 200).astype(np.uint8)) for _ in range(50)], count),
    )


def _write_messages(bulk: Bulk, draw: Draw, texts: Strand, numbers: list[str]) -> None:
    count, mine = len(texts.ago), texts.of_callers
    volunteer = draw.below(draw.size.volunteers, count)
    sent = ~mine & draw.some(0.7, count)
    phone = np.where(mine, texts.caller + draw.size.volunteers, volunteer)
    bulk.write(
        Message,
        count,
        id=numbered(count),
        sid=sids("SM", count),
        direction=np.where(sent, "outbound", "inbound").tolist(),
        from_number=taken(draw.sealed("messages.from_number", numbers), phone),
        to_number=draw.sealed("messages.to_number", [LINE])[0],
        body=draw.one_of(draw.sealed("messages.body", SENTENCES), count),
        status=np.where(sent, "delivered", "received").tolist(),
        caller_id=where(mine, (texts.caller + 1).tolist()),
        volunteer_id=where(~mine, (volunteer + 1).tolist()),
        contact_id=where(mine, texts.contact.tolist()),
        created_at=moments(texts.ago),
    )


def _write_outbox(bulk: Bulk, draw: Draw) -> None:
    count = draw.many(120_000)
    ago = np.sort(draw.ago(count))[::-1]
    kinds = ["offer", "callback_reminder", "contact_again", "given"]
    bulk.write(
        OutboxRow,
        count,
        id=numbered(count),
        kind=draw.one_of(kinds, count),
        key=sids("bench:", count),
        phone_id=(draw.below(draw.size.volunteers, count) + 1).tolist(),
        body=draw.one_of(draw.sealed("outbox.body", SENTENCES), count),
        state=draw.one_of(["delivered", "sent", "failed"], count, [0.96, 0.03, 0.01]),
        created_at=moments(ago),
        due_at=moments(ago),
        expires_at=moments(ago - DAY),
        sent_at=moments(ago - 20),
        sid=sids("SM", count),
    )


def _write_notes(bulk: Bulk, draw: Draw) -> None:
    count = draw.many(60_000)
    bulk.write(
        Note,
        count,
        id=numbered(count),
        caller_id=(draw.below(draw.size.callers, count) + 1).tolist(),
        author=draw.one_of(draw.sealed("notes.author", _AUTHORS), count),
        words=draw.one_of(draw.sealed("notes.words", SENTENCES), count),
        at=moments(np.sort(draw.ago(count))[::-1]),
    )
