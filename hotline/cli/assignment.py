"""`hotline assignment`: who calls whom and when, by hand; names, never numbers."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cadence import parse
from hotline.cli import assignment_words, french, printing, whom
from hotline.cli.product import actor, on_our_clock, product
from hotline.errors import HotlineError
from hotline.models import Assignment, Base, Callback, Caller, Volunteer
from hotline.models.status import HolidayPolicy
from hotline.services import assignments, cadences, cells, outbox, people, planning

_Row = TypeVar("_Row", bound=Base)
Change = Callable[[Session, Hotline, datetime], str]

_cadence = click.option(
    "--cadence", metavar="RRULE", help="Par exemple « FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0 »."
)
_from = click.option("--from", "since", type=french.Moment(), metavar="DATE", help="Premier jour.")
_until = click.option("--until", type=french.Moment(), metavar="DATE", help="Dernier jour, compris.")
_holidays = click.option(
    "--holidays",
    type=french.OneOf([policy.value for policy in HolidayPolicy]),
    help="Les jours fériés : appeler (keep), ne pas appeler (skip), appeler le lendemain (move).",
)
_reason = click.option("--reason", default="", metavar="RAISON", help="Un mot ou deux, aucun nom.")
_id = click.argument("assignment_id", type=french.Whole(), metavar="ID")
_callback = click.argument("callback_id", type=french.Whole(), metavar="RAPPEL")


@click.group("assignment", cls=french.Group)
def assignment() -> None:
    """Les attributions : qui appelle qui et quand ; confier, changer, annuler."""


@assignment.command()
@click.option("--caller", required=True, metavar="NUMÉRO", help="La personne à appeler ; créée au besoin.")
@click.option("--volunteer", required=True, metavar="NUMÉRO", help="Le bénévole qui l'appellera.")
@_cadence
@_from
@_until
@_holidays
def add(
    caller: str,
    volunteer: str,
    cadence: str | None,
    since: datetime | None,
    until: datetime | None,
    holidays: str | None,
) -> None:
    """Confie une personne à un bénévole, pour un appel ou (--cadence) pour des appels réguliers."""

    def give(session: Session, hotline: Hotline, at: datetime) -> str:
        person = _caller(session, hotline, caller, at)
        given = assignments.give(
            session,
            hotline.line,
            person,
            whom.volunteer(session, hotline, volunteer),
            at,
            actor=actor(),
            cadence=parse(cadence) if cadence else None,
            starts_on=since.date() if since else None,
            ends_on=until.date() if until else None,
            holidays=HolidayPolicy(holidays or HolidayPolicy.KEEP),
        )
        told = outbox.takes_texts(hotline.line, session.get_one(Volunteer, given.volunteer_id).phone)
        return assignment_words.given(session, hotline.line, given, at, told=told)

    _change(give)


@assignment.command()
@_id
@_reason
def pause(assignment_id: int, reason: str) -> None:
    """Suspend les appels ; la personne reste confiée au même bénévole."""

    def stop(session: Session, _hotline: Hotline, at: datetime) -> str:
        assignments.pause(session, _get(session, assignment_id), at, actor=actor(), reason=reason)
        return f"L'attribution {assignment_id} est en pause : ses appels prévus sont annulés."

    _change(stop)


@assignment.command()
@_id
@_reason
def resume(assignment_id: int, reason: str) -> None:
    """Reprend une attribution en pause ; ses appels sont de nouveau prévus."""

    def take_up(session: Session, hotline: Hotline, at: datetime) -> str:
        known = _get(session, assignment_id)
        assignments.resume(session, hotline.line, known, at, actor=actor(), reason=reason)
        soon = assignment_words.next_call(session, hotline.line, known, at)
        return f"L'attribution {assignment_id} reprend. {soon}"

    _change(take_up)


@assignment.command()
@_id
@_reason
def end(assignment_id: int, reason: str) -> None:
    """Termine une attribution ; la personne n'attend plus d'appel."""

    def stop(session: Session, _hotline: Hotline, at: datetime) -> str:
        known = _get(session, assignment_id)
        assignments.end(session, known, at, actor=actor(), reason=reason or "coordinator")
        return f"L'attribution {assignment_id} est terminée. « hotline assignment show » permet d'annuler."

    _change(stop)


@assignment.command("list")
def list_() -> None:
    """Liste les attributions proposées, en cours et en pause."""
    hotline = product()
    with hotline.database.read() as session:
        lines = list(assignment_words.table(session, hotline.line, hotline.clock.now()))
    printing.table(("id", "personne", "bénévole", "état", "rythme", "prochain appel"), lines)


@assignment.command()
@_id
def show(assignment_id: int) -> None:
    """Raconte une attribution : son rythme, ses prochains appels, ses étapes et leurs numéros."""
    hotline = product()
    with hotline.database.read() as session:
        known = _get(session, assignment_id)
        for line in assignment_words.story(session, hotline.line, known, hotline.clock.now()):
            printing.say(line)


@assignment.command()
@_id
@_cadence
@_from
@_until
@click.option("--no-end", is_flag=True, help="Sans dernier jour.")
@_holidays
def edit(
    assignment_id: int,
    cadence: str | None,
    since: datetime | None,
    until: datetime | None,
    holidays: str | None,
    *,
    no_end: bool,
) -> None:
    """Change le rythme à partir de maintenant ; ce qui n'est pas donné reste, l'histoire aussi."""
    if until and no_end:
        raise HotlineError("donnez un dernier jour (--until) ou aucun (--no-end), pas les deux")
    last = until.date() if until else None

    def change(session: Session, hotline: Hotline, at: datetime) -> str:
        known = _get(session, assignment_id)
        cadences.edit(
            session,
            hotline.line,
            known,
            cadence=parse(cadence or known.cadence or ""),
            at=at,
            actor=actor(),
            starts_on=since.date() if since else None,
            ends_on=last if last or no_end else cadences.Keep.AS_IT_IS,
            holidays=HolidayPolicy(holidays) if holidays else None,
        )
        return assignment_words.next_call(session, hotline.line, known, at)

    _change(change)


@assignment.command()
@_callback
def skip(callback_id: int) -> None:
    """Saute un appel d'une attribution régulière."""

    def leave_out(session: Session, hotline: Hotline, at: datetime) -> str:
        planning.skip(session, hotline.line, _get_callback(session, callback_id), at, actor())
        return f"L'appel {callback_id} n'aura pas lieu ; les suivants ne changent pas."

    _change(leave_out)


@assignment.command()
@_callback
@click.option("--to", required=True, type=french.Moment(), metavar="MOMENT", help="2026-12-31T14:30.")
def move(callback_id: int, to: datetime) -> None:
    """Déplace un appel, un seul."""

    def put(session: Session, hotline: Hotline, at: datetime) -> str:
        due = on_our_clock(hotline, to) or to
        planning.move_to(session, hotline.line, _get_callback(session, callback_id), due, at, actor())
        return f"L'appel {callback_id} est déplacé : {assignment_words.when(hotline.line, due, at)}."

    _change(put)


@assignment.command()
@click.argument("step_id", type=french.Whole(), metavar="ÉTAPE")
def undo(step_id: int) -> None:
    """Annule une étape : confiée, finie, en pause, reprise, autre rythme, appel sauté ou déplacé."""

    def take_back(session: Session, hotline: Hotline, at: datetime) -> str:
        step = assignments.undo(session, hotline.line, step_id, at, actor())
        return f"L'étape {step.id} ({assignment_words.STEPS[step.kind]}) est annulée."

    _change(take_back)


def _change(work: Change) -> None:
    """Do something in one transaction, now, and print what came of it."""
    hotline = product()
    at = hotline.clock.now()
    printing.say(hotline.database.run(lambda session: work(session, hotline, at)))


def _caller(session: Session, hotline: Hotline, number: str, at: datetime) -> Caller:
    """Return the person with this number, made when nobody has it yet."""
    behind = people.behind(session, cells.phone(number, hotline.line), hotline.line.day(at), at)
    return people.caller_for(session, behind, at)


def _get(session: Session, assignment_id: int) -> Assignment:
    return _found(session.get(Assignment, assignment_id), "attribution", assignment_id)


def _get_callback(session: Session, callback_id: int) -> Callback:
    return _found(session.get(Callback, callback_id), "appel prévu", callback_id)


def _found(row: _Row | None, what: str, number: int) -> _Row:
    if row is None:
        raise HotlineError(f"il n'y a pas d'{what} {number} : « hotline assignment list » les donne")
    return row
