"""What a caller prefers and consents to, and what they are waiting for, as somebody of the team notes it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from hotline import cadence, phone
from hotline.errors import HotlineError
from hotline.models import Caller, Request, move
from hotline.models.status import CallerState, Channel, RequestKind, RequestState
from hotline.services import cells, channels, custody, people, requests
from hotline.services.line import Line

_PLAIN = frozenset(
    {"prefers", "hears_association", "takes_machine_messages", "contact_name", "contact_consent", "note"}
)
_LONGEST_SUBJECT = 120
_OF_THE_REQUEST = frozenset({"kind", "cadence", "priority"})


class CannotNote(HotlineError):
    """What cannot be noted about a caller: why, and what to do instead."""


def caller_at(session: Session, typed: str, at: datetime) -> Caller:
    """Return the caller known at a number as somebody types it; raises CannotNote or InvalidNumber."""
    known = people.phone_for(session, phone.parse(typed), at)
    caller = people.caller_at(session, known)
    if caller is None:
        raise CannotNote(
            "Personne n'est connu à ce numéro : vérifiez-le, ou attendez un premier appel ou SMS de cette "
            "personne."
        )
    return caller


def note(
    session: Session, line: Line, caller: Caller, given: Mapping[str, object], at: datetime, *, actor: str
) -> None:
    """Note everything that is given, under the names of the columns, and who has noted it.

    Raises CannotNote, or an error that says what cannot be read; nothing is then to be kept.
    """
    for name, value in given.items():
        if name in _OF_THE_REQUEST:
            _note_wish(session, caller, name, value)
        else:
            _note_of_caller(session, line, caller, name, value, at)
    _require_someone_to_tell(caller)
    _require_an_address(caller)
    session.flush()
    if not {"channel", "email"}.isdisjoint(given):
        _note_reach(session, caller)
    subject = f"caller:{caller.id} {', '.join(sorted(given))}"[:_LONGEST_SUBJECT]
    custody.note(session, at, actor=actor, action="caller.set", subject=subject)


def _note_of_caller(
    session: Session, line: Line, caller: Caller, name: str, value: object, at: datetime
) -> None:
    match name:
        case "names":
            caller.names = str(value).strip() or None
        case "language":
            caller.language = _one_language(str(value))
        case "wished_hours":
            caller.wished_hours = cells.hours(str(value).strip(), line)
        case "email":
            caller.email = cells.email(str(value or "").strip())
        case "channel":
            caller.channel = Channel(str(value))
        case "postcode":
            caller.postcode = cells.postcode(str(value or "").strip())
        case "contact_phone":
            number = cells.phone(str(value), line) if value else None
            caller.contact_phone = people.phone_for(session, number, at) if number else None
        case _ if name in _PLAIN:
            setattr(caller, name, value)
        case _:
            raise LookupError(f"a caller has no {name}")


def _note_wish(session: Session, caller: Caller, name: str, value: object) -> None:
    """Note what the caller waits for, on their open request."""
    request = requests.open_request(session, caller)
    if request is None:
        raise CannotNote("Cette personne n'attend aucun rappel : il n'y a pas de demande à préciser.")
    if name == "priority":
        request.priority = int(str(value))
        return
    if request.state is RequestState.ASSIGNED:
        raise CannotNote("Cette personne est déjà confiée à quelqu'un : changez le rythme de l'attribution.")
    _note_rhythm(request, name, value)


def _note_rhythm(request: Request, name: str, value: object) -> None:
    if name == "kind":
        request.kind = RequestKind(str(value))
        request.cadence = request.cadence if request.kind is RequestKind.RECURRING else None
    elif value:
        request.cadence, request.kind = str(cadence.parse(str(value))), RequestKind.RECURRING
    else:
        request.cadence = None


def _one_language(text: str) -> str:
    codes = cells.languages(text)
    if "," in codes:
        raise CannotNote("Une seule langue par personne : celle dans laquelle on lui parle.")
    return codes


def _note_reach(session: Session, caller: Caller) -> None:
    """Whoever can be written to waits for a volunteer; whoever cannot any more needs a number."""
    request = requests.open_request(session, caller)
    if channels.reachable(caller):
        if caller.state is CallerState.UNREACHABLE:
            caller.state = CallerState.ACTIVE
        if request is not None and request.state is RequestState.NEEDS_NUMBER:
            move(session, request, RequestState.WAITING)
    elif request is not None and request.state is RequestState.WAITING:
        move(session, request, RequestState.NEEDS_NUMBER)


def _require_an_address(caller: Caller) -> None:
    if caller.channel is Channel.MAIL and caller.email is None:
        raise CannotNote("Pour écrire à cette personne, il faut son adresse électronique.")


def _require_someone_to_tell(caller: Caller) -> None:
    if caller.contact_consent and caller.contact_phone is None:
        raise CannotNote(
            "Un accord pour prévenir une personne de confiance demande aussi le téléphone de celle-ci."
        )
