"""What the clock does, and how often: read it like a bus timetable.

`tick` runs the jobs in this order, so that what one brings about the next finds: an expiry frees a request,
the round offers it, the outbox sends the offer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from hotline.bootstrap import Hotline
from scheduler import jobs, phoning, relations

log = structlog.get_logger()


@dataclass(frozen=True)
class Departure:
    """One job and the time between two of its runs."""

    name: str
    every: timedelta
    job: Callable[[Hotline], str]


@dataclass(frozen=True)
class Ran:
    """What one run of a job did; `says` is empty when there was nothing to do."""

    name: str
    says: str
    failed: bool = False


TIMETABLE: Sequence[Departure] = (
    Departure("téléphones des volontaires", timedelta(seconds=1), phoning.ring_volunteers),
    Departure("messages vocaux", timedelta(seconds=2), jobs.fetch_recordings),
    Departure("appels sans nouvelles", timedelta(seconds=10), jobs.settle_calls),
    Departure("offres sans réponse", timedelta(seconds=10), jobs.expire_offers),
    Departure("absences", timedelta(seconds=30), relations.turn_absences),
    Departure("rappels à prévoir", timedelta(seconds=30), relations.plan_ahead),
    Departure("rappels à suivre", timedelta(seconds=10), relations.watch),
    Departure("tour d'attribution", timedelta(seconds=10), jobs.assignment_round),
    Departure("bilans du mois", timedelta(seconds=60), relations.recap),
    Departure("SMS douteux", timedelta(seconds=5), jobs.resolve_doubts),
    Departure("SMS à envoyer", timedelta(seconds=1), jobs.send_texts),
    Departure("battement", timedelta(seconds=10), jobs.heartbeat),
)


def run(hotline: Hotline, departure: Departure) -> Ran:
    """Run one job; whatever breaks in it is logged and stops no other."""
    try:
        return Ran(departure.name, departure.job(hotline))
    except Exception as error:
        log.exception("job_failed", job=departure.name)
        return Ran(departure.name, f"en panne : {error}", failed=True)


def run_due(hotline: Hotline) -> list[Ran]:
    """Run every job once, in the order of the timetable."""
    return [run(hotline, departure) for departure in TIMETABLE]
