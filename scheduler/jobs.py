"""One short function per job: claim in one transaction, act outside of any, note the result in another.

Each returns what it did as a sentence, empty when there was nothing to do.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.services import assignments, heartbeats, outbox, rounds, voicemails
from hotline.services.outbox import Doubt, ToSend
from hotline.services.voicemails import Fetch
from hotline.store import StoreError
from hotline.telephony.base import TelephonyError
from hotline.telephony.statuses import call_is_over

AT_ONCE = 20
RECEIPTS = "/sms/status#rc=2&rp=ct,rt,5xx"
NO_SUCH_THING = 20404

log = structlog.get_logger()
Answer = TypeVar("Answer")


def send_texts(hotline: Hotline) -> str:
    """Send the texts that are due."""
    count = 0
    while due := _claimed(hotline, outbox.claim_due):
        for text in due:
            _send(hotline, text)
        count += len(due)
    return f"{count} SMS confiés à l'opérateur" if count else ""


def resolve_doubts(hotline: Hotline) -> str:
    """Look up in the carrier's log the texts that may or may not have left."""
    at = hotline.clock.now()

    def doubtful(session: Session) -> list[Doubt]:
        outbox.abandon_stale(session, at)
        return outbox.doubts(session, at, AT_ONCE)

    doubts = hotline.database.run(doubtful)
    for doubt in doubts:
        _resolve(hotline, doubt)
    return f"{len(doubts)} SMS douteux vérifiés" if doubts else ""


def expire_offers(hotline: Hotline) -> str:
    """Take back the offers that nobody answered in time."""
    at = hotline.clock.now()
    expired = hotline.database.run(lambda session: assignments.expire_due(session, at, AT_ONCE))
    return f"{expired} offres expirées" if expired else ""


def assignment_round(hotline: Hotline) -> str:
    """Offer waiting requests to volunteers."""
    at = hotline.clock.now()
    report = hotline.database.run(lambda session: rounds.run(session, hotline.line, at))
    return f"{len(report.offers)} offres écrites" if report.offers else ""


def fetch_recordings(hotline: Hotline) -> str:
    """Copy into our own store the audio that is due."""
    count = 0
    while due := _claimed(hotline, voicemails.claim_due):
        for fetch in due:
            _fetch(hotline, fetch)
        count += len(due)
    return f"{count} messages vocaux rapatriés ou retentés" if count else ""


def seek_recordings(hotline: Hotline) -> str:
    """Ask the carrier about calls of which no news came: is there a message, are they over?"""
    at = hotline.clock.now()
    with hotline.database.read() as session:
        silent = [(call.id, call.sid) for call in voicemails.unheard_of(session, at, AT_ONCE)]
    for call_id, sid in silent:
        _seek(hotline, call_id, sid)
    return f"{len(silent)} appels sans nouvelles vérifiés" if silent else ""


def heartbeat(hotline: Hotline) -> str:
    """Show that the clock is alive."""
    at = hotline.clock.now()
    hotline.database.run(lambda session: heartbeats.note(session, "clock", at))
    return ""


def _claimed(hotline: Hotline, claim: Callable[..., list[Answer]]) -> list[Answer]:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: claim(session, at, AT_ONCE))


def _send(hotline: Hotline, text: ToSend) -> None:
    try:
        sent = hotline.carrier.send_text(
            to=text.to,
            sender=hotline.line.sender,
            body=text.body,
            on_receipt=hotline.address(RECEIPTS),
            valid_for=text.valid_for,
        )
    except TelephonyError as error:
        _not_sent(hotline, text, error)
        return

    def note(session: Session) -> None:
        at = hotline.clock.now()
        outbox.accepted(session, hotline.line, text.row_id, sent, at)
        heartbeats.note(session, "carrier_ok", at)

    hotline.database.run(note)


def _not_sent(hotline: Hotline, text: ToSend, error: TelephonyError) -> None:
    log.warning("text_not_taken", row=text.row_id, code=error.code, says=str(error))

    def note(session: Session) -> None:
        at = hotline.clock.now()
        outbox.refused(session, text.row_id, error, at)
        if not error.permanent:
            heartbeats.note(session, "carrier_fault", at)

    hotline.database.run(note)


def _resolve(hotline: Hotline, doubt: Doubt) -> None:
    try:
        found = hotline.carrier.texts_to(doubt.to, doubt.since)
    except TelephonyError as error:
        log.warning("doubt_remains", row=doubt.row_id, says=str(error))
        return
    at = hotline.clock.now()
    hotline.database.run(lambda session: outbox.resolve(session, hotline.line, doubt, found, at))


def _fetch(hotline: Hotline, fetch: Fetch) -> None:
    try:
        audio = hotline.carrier.audio(fetch.recording_sid)
        hotline.store.put(fetch.recording_sid, audio)
    except (TelephonyError, StoreError) as error:
        _not_fetched(hotline, fetch, error)
        return

    def note(session: Session) -> None:
        voicemails.stored(session, fetch, hashlib.sha256(audio).hexdigest())
        heartbeats.note(session, "store_ok", hotline.clock.now())

    hotline.database.run(note)


def _not_fetched(hotline: Hotline, fetch: Fetch, error: TelephonyError | StoreError) -> None:
    log.warning("recording_not_fetched", recording=fetch.recording_sid, says=str(error))
    gone = isinstance(error, TelephonyError) and error.code == NO_SUCH_THING

    def note(session: Session) -> None:
        at = hotline.clock.now()
        voicemails.not_fetched(session, fetch, at, gone=gone)
        if isinstance(error, StoreError):
            heartbeats.note(session, "store_fault", at)

    hotline.database.run(note)


def _seek(hotline: Hotline, call_id: int, sid: str) -> None:
    try:
        recordings = hotline.carrier.recordings_of(sid)
        carrier_call = hotline.carrier.call(sid)
    except TelephonyError as error:
        log.warning("call_not_checked", call=sid, says=str(error))
        return
    if carrier_call is not None and not call_is_over(carrier_call.status):
        return
    at = hotline.clock.now()
    hotline.database.run(lambda session: voicemails.found(session, hotline.line, call_id, recordings, at))
