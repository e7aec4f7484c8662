"""One short function per job: claim in one transaction, act outside of any, note the result in another.

Each returns what it did as a sentence, empty when there was nothing to do.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.services import (
    assignments,
    deliveries,
    errands,
    heartbeats,
    outbox,
    rounds,
    settling,
    voicemails,
)
from hotline.services.deliveries import Doubt
from hotline.services.desk import claims, peaks, rollup
from hotline.services.matching import Pair
from hotline.services.outbox import ToSend
from hotline.services.rounds import Plan
from hotline.services.spending import held_back
from hotline.services.sweeping import keeping
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
    """Send the texts that are due, one claim at a time: no claim grows old while another text is slow."""
    count = 0
    while not hotline.stopping.is_set() and (
        text := hotline.database.run(lambda session: _next_text(session, hotline))
    ):
        _send(hotline, text)
        count += 1
    return f"{count} SMS confiés à l'opérateur" if count else ""


def resolve_doubts(hotline: Hotline) -> str:
    """Look up in the carrier's log the texts that may or may not have left; apply early receipts."""
    at = hotline.clock.now()

    def doubtful(session: Session) -> list[Doubt]:
        deliveries.catch_up(session, hotline.line, at)
        deliveries.abandon_stale(session, at)
        return deliveries.doubts(session, at, AT_ONCE)

    doubts = hotline.database.run(doubtful)
    for doubt in doubts:
        _resolve(hotline, doubt)
    return f"{len(doubts)} SMS douteux vérifiés" if doubts else ""


def expire_offers(hotline: Hotline) -> str:
    """Take back the offers that nobody answered in time."""
    at = hotline.clock.now()
    with hotline.database.read() as session:
        over = assignments.unanswered(session, at, AT_ONCE)
    expired = sum(_expire(hotline, assignment_id, at) for assignment_id in over)
    return f"{expired} offres expirées" if expired else ""


def assignment_round(hotline: Hotline) -> str:
    """Offer waiting requests to volunteers."""
    _plan, offered = hold_round(hotline, hotline.clock.now())
    return f"{len(offered)} offres écrites" if offered else ""


def hold_round(hotline: Hotline, at: datetime) -> tuple[Plan, list[int]]:
    """Match without holding anything, then write each offer on its own; return the plan and what was offered.

    Each offer checks again that request and volunteer are free, so any number of rounds may run at once.
    """
    with hotline.database.read() as session:
        plan = rounds.plan(session, hotline.line, at)
        untold = errands.untold(session, list(plan.unmet))
    for referral_id in untold:
        _tell_nobody(hotline, referral_id, plan.unmet[referral_id], at)
    made = (_offer(hotline, pair, at) for pair in plan.pairs)
    return plan, [assignment_id for assignment_id in made if assignment_id is not None]


def fetch_recordings(hotline: Hotline) -> str:
    """Copy into our own store the audio that is due."""
    count = 0
    while not hotline.stopping.is_set() and (due := _claimed(hotline, voicemails.claim_due)):
        for fetch in due:
            _fetch(hotline, fetch)
        count += len(due)
    return f"{count} messages vocaux rapatriés ou retentés" if count else ""


def settle_calls(hotline: Hotline) -> str:
    """Ask the carrier about calls of which no news came: is there a message, are they over?"""
    at = hotline.clock.now()
    with hotline.database.read() as session:
        silent = [call.sid for call in settling.unsettled(session, at, AT_ONCE)]
    for sid in silent:
        _settle(hotline, sid)
    return f"{len(silent)} appels sans nouvelles vérifiés" if silent else ""


def release_claims(hotline: Hotline) -> str:
    """Give back to everybody the messages that somebody took and then left alone."""
    at = hotline.clock.now()
    count = hotline.database.run(lambda session: claims.lapsed(session, at))
    return f"{count} messages vocaux rendus à tous" if count else ""


def count_days(hotline: Hotline) -> str:
    """Keep the figures of days that have come to rest; once a day those of the present, and take stock."""
    at, line = hotline.clock.now(), hotline.line
    if hotline.database.run(lambda session: rollup.look(session, line, at)):
        hotline.database.take_stock()
    days = hotline.database.run(lambda session: rollup.keep(session, line, at))
    return f"{days} jours comptés" if days else ""


def heartbeat(hotline: Hotline) -> str:
    """Show that the clock is alive; where it had stood still, what was said meanwhile is looked for first."""
    at = hotline.clock.now()

    def beat(session: Session) -> None:
        keeping.mind_the_gap(session, at)
        heartbeats.note(session, "clock", at)

    hotline.database.run(beat)
    return ""


def _claimed(hotline: Hotline, claim: Callable[..., list[Answer]]) -> list[Answer]:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: claim(session, at, AT_ONCE))


def _expire(hotline: Hotline, assignment_id: int, at: datetime) -> bool:
    return hotline.database.run(lambda session: assignments.expire(session, assignment_id, at))


def _offer(hotline: Hotline, pair: Pair, at: datetime) -> int | None:
    def offer(session: Session) -> int | None:
        if pair.referral_id is not None:
            made = assignments.offer_errand(session, hotline.line, pair.referral_id, pair.volunteer_id, at)
        elif pair.covers_id is not None:
            made = assignments.offer_cover(session, hotline.line, pair.covers_id, pair.volunteer_id, at)
        else:
            made = assignments.offer(session, hotline.line, pair.request_id, pair.volunteer_id, at)
        return made.id if made else None

    return hotline.database.run(offer)


def _tell_nobody(hotline: Hotline, referral_id: int, why: str, at: datetime) -> None:
    hotline.database.run(lambda session: errands.tell_nobody(session, referral_id, why, at))


def _next_text(session: Session, hotline: Hotline) -> ToSend | None:
    at = hotline.clock.now()
    held_back.hold_back(session, hotline.line, at)
    return outbox.claim(session, at)


def _send(hotline: Hotline, text: ToSend) -> None:
    try:
        sent = hotline.carrier.send_text(
            to=text.to,
            sender=text.sender or hotline.line.sender,
            body=text.body,
            on_receipt=hotline.address(RECEIPTS),
            valid_for=text.valid_for,
        )
    except TelephonyError as error:
        _not_sent(hotline, text, error)
        return

    def note(session: Session) -> None:
        at = hotline.clock.now()
        deliveries.accepted(session, hotline.line, text.row_id, sent, at)
        heartbeats.note(session, "carrier_ok", at)

    hotline.database.run(note)


def _not_sent(hotline: Hotline, text: ToSend, error: TelephonyError) -> None:
    log.warning("text_not_taken", row=text.row_id, code=error.code, says=str(error))

    def note(session: Session) -> None:
        at = hotline.clock.now()
        deliveries.refused(session, hotline.line, text.row_id, error, at)
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
    hotline.database.run(lambda session: deliveries.resolve(session, hotline.line, doubt, found, at))


def _fetch(hotline: Hotline, fetch: Fetch) -> None:
    try:
        audio = hotline.carrier.audio(fetch.recording_sid)
        hotline.store.put(fetch.recording_sid, audio)
    except (TelephonyError, StoreError) as error:
        _not_fetched(hotline, fetch, error)
        return
    waveform = peaks.of(audio)

    def note(session: Session) -> bool:
        heartbeats.note(session, "store_ok", hotline.clock.now())
        return voicemails.stored(session, fetch, hashlib.sha256(audio).hexdigest(), waveform)

    if not hotline.database.run(note):
        hotline.store.delete(fetch.recording_sid)


def _not_fetched(hotline: Hotline, fetch: Fetch, error: TelephonyError | StoreError) -> None:
    log.warning("recording_not_fetched", recording=fetch.recording_sid, says=str(error))
    gone = isinstance(error, TelephonyError) and error.code == NO_SUCH_THING

    def note(session: Session) -> None:
        at = hotline.clock.now()
        voicemails.not_fetched(session, fetch, at, gone=gone)
        if isinstance(error, StoreError):
            heartbeats.note(session, "store_fault", at)

    hotline.database.run(note)


def _settle(hotline: Hotline, sid: str) -> None:
    try:
        call = hotline.carrier.call(sid)
        going_on = call is not None and not call_is_over(call.status)
        recordings = [] if going_on else hotline.carrier.recordings_of(sid)
    except TelephonyError as error:
        log.warning("call_not_checked", call=sid, says=str(error))
        return
    at = hotline.clock.now()
    ended_at = call.ended_at if call is not None else None
    if going_on:
        hotline.database.run(lambda session: settling.lasts(session, sid, at))
    else:
        hotline.database.run(
            lambda session: settling.over(session, hotline.line, sid, recordings, at, ended_at=ended_at)
        )
