"""What the clock does, and how often: read it like a bus timetable.

`tick` runs the jobs in this order, so that what one brings about the next finds: an expiry frees a request,
the round offers it, the outbox sends the offer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from hotline.bootstrap import Hotline
from hotline.services import due
from hotline.services.due import Question
from scheduler import (
    jobs,
    joining,
    mailing,
    phoning,
    posting,
    referring,
    relations,
    replaying,
    sweeping,
    watching,
    writing,
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Departure:
    """One job, the time between two of its runs, and the question asked before each; None runs it always.

    A `patient` one draws conclusions from somebody's silence: it waits until what they said has come home.
    One that is done `everywhere` looks after things of this host: every clock runs it, on its own.
    """

    name: str
    every: timedelta
    job: Callable[[Hotline], str]
    due: Question | None = None
    patient: bool = False
    everywhere: bool = False


@dataclass(frozen=True)
class Ran:
    """What one run of a job did; `says` is empty when there was nothing to do."""

    name: str
    says: str
    failed: bool = False


TIMETABLE: Sequence[Departure] = (
    Departure("reprise après une panne", timedelta(seconds=30), replaying.replay_events, everywhere=True),
    Departure("rattrapage", timedelta(seconds=10), sweeping.sweep, due.SWEEP),
    Departure("téléphones des volontaires", timedelta(seconds=1), phoning.ring_volunteers, due.TAPS),
    Departure("messages vocaux", timedelta(seconds=2), jobs.fetch_recordings, due.RECORDINGS),
    Departure("messages pris puis laissés", timedelta(seconds=30), jobs.release_claims, due.STALE_CLAIMS),
    Departure("appels sans nouvelles", timedelta(seconds=10), jobs.settle_calls, due.SILENT_CALLS),
    Departure("sonneries douteuses", timedelta(seconds=10), phoning.resolve_doubts, due.DOUBTFUL_TAPS),
    Departure("offres sans réponse", timedelta(seconds=10), jobs.expire_offers, due.OFFERS, patient=True),
    Departure("courriels à relever", timedelta(seconds=1), mailing.read_mailbox, due.MAILBOX),
    Departure("absences", timedelta(seconds=30), relations.turn_absences, due.ABSENCES),
    Departure("rappels à prévoir", timedelta(seconds=30), relations.plan_ahead, due.ROWS_AHEAD),
    Departure("rappels à suivre", timedelta(seconds=10), relations.watch, due.CALLS_TO_WATCH, patient=True),
    Departure("besoins à suivre", timedelta(seconds=30), referring.follow, due.REFERRALS),
    Departure("tour d'attribution", timedelta(seconds=10), jobs.assignment_round, due.PEOPLE_WAITING),
    Departure("bilans du mois", timedelta(seconds=60), relations.recap, due.RECAPS),
    Departure("mots à qui attend", timedelta(seconds=60), joining.write_to_waiting, due.PEOPLE_READY),
    Departure("inscriptions", timedelta(seconds=60), joining.forget_registrations, due.REGISTRATIONS),
    Departure("statistiques", timedelta(seconds=60), jobs.count_days, due.FIGURES),
    Departure("SMS douteux", timedelta(seconds=5), jobs.resolve_doubts, due.DOUBTS),
    Departure("SMS à envoyer", timedelta(seconds=1), jobs.send_texts, due.TEXTS),
    Departure("courriels à envoyer", timedelta(seconds=2), posting.send_mails, due.MAILS),
    Departure("transcriptions", timedelta(seconds=5), writing.write_down, due.TRANSCRIPTS),
    Departure("battement", timedelta(seconds=10), jobs.heartbeat),
    Departure("surveillance", timedelta(seconds=10), watching.watch, due.WATCH),
)


def run(hotline: Hotline, departure: Departure) -> Ran:
    """Run one job if there is anything to do; whatever breaks in it is logged and stops no other."""
    try:
        hotline.look()
        if not awaited(hotline, [departure]) or (departure.patient and sweeping.is_behind(hotline)):
            return Ran(departure.name, "")
        with structlog.contextvars.bound_contextvars(job=departure.name):
            return Ran(departure.name, departure.job(hotline))
    except Exception as error:
        log.exception("job_failed", job=departure.name)
        return Ran(departure.name, f"en panne : {error}", failed=True)


def run_due(hotline: Hotline) -> list[Ran]:
    """Run every job once, in the order of the timetable; a quiet moment costs one question."""
    try:
        quiet = not awaited(hotline, [departure for departure in TIMETABLE if departure.due])
    except SQLAlchemyError:
        quiet = False  # each job then says what is wrong
    return [
        Ran(departure.name, "") if quiet and departure.due else run(hotline, departure)
        for departure in TIMETABLE
    ]


def awaited(hotline: Hotline, departures: Sequence[Departure]) -> bool:
    """Tell whether one of these jobs has something to do: one question for all of them."""
    questions = tuple(departure.due for departure in departures if departure.due)
    if len(questions) < len(departures):
        return True
    with hotline.database.read() as session:
        return due.anything(session, hotline.line, hotline.clock.now(), questions)
