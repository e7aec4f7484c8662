"""`hotline rehearse --script day`: a whole day on the line, played for real and told as a transcript."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlalchemy import ColumnElement, func, select

from hotline.cli.stage import LINE, Stage, open_stage
from hotline.cli.transcript import Transcript
from hotline.models import (
    Assignment,
    Base,
    Call,
    Callback,
    CallerPhone,
    Message,
    Request,
    Voicemail,
    Volunteer,
)
from hotline.models import Phone as PhoneRow
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallOutcome,
    RequestState,
    VoicemailState,
)
from hotline.rehearsal.phones import Behaviour, Phone
from hotline.services import demo

START = datetime(2026, 11, 24, 10, 12, tzinfo=ZoneInfo("Europe/Paris"))


def play() -> int:
    """Play the day and print it; return 0 only if all came true."""
    console = Console(highlight=False, markup=False, emoji=False)
    with tempfile.TemporaryDirectory() as folder, open_stage(Path(folder), START) as stage:
        with stage.hotline.database.write() as session:
            demo.prepare(session, stage.hotline.line, stage.hotline.clock.now())
        day = Transcript(stage, console)
        for person in demo.PEOPLE:
            day.person(person.name, person.number)
        console.print("Une journée sur la ligne. Tout est vrai, sauf l'opérateur et les gens.")
        for scene in SCENES:
            scene(day)
        return _verdict(day)


def call_in_hours(day: Transcript) -> None:
    """A listener's voicemail picks up first; another listener rings again, presses 1, closes the matter."""
    day.scene("un appel aux heures d'ouverture")
    jeanne, louis, maya = _phones(day.stage, "+33353010017", "+33639980201", "+33639980202")
    louis.behaviour = Behaviour("voicemail", after=4)
    maya.behaviour = Behaviour("answers", after=9, keys=("1",))
    day.does(jeanne, "appelle la ligne ; le téléphone de Louis passe sur sa messagerie")
    jeanne.dial(LINE)
    day.goes_on(60)
    day.expect(
        "la messagerie de Louis n'a pas avalé l'appel : Jeanne parle avec Maya", true=maya.prompt == "bridged"
    )
    day.expect("Maya voit le numéro de la ligne, pas celui de Jeanne", true=maya.ringing_from in {"", LINE})
    day.goes_on(minutes=3)
    day.does(jeanne, "raccroche")
    jeanne.hang_up()
    day.goes_on(20)
    day.expect(
        "l'appel est noté « répondu »", true=_count(day, Call, Call.outcome == CallOutcome.ANSWERED) == 1
    )
    day.does(maya, "répond FAIT : Jeanne n'attend plus d'appel")
    maya.text(LINE, "FAIT")
    day.goes_on(20)
    day.expect(
        "la demande de Jeanne est close", true=_count(day, Request, Request.state == RequestState.CLOSED) == 1
    )


def hang_up_twice(day: Transcript) -> None:
    """Somebody hangs up twice while it rings: one request, not two."""
    day.scene("quelqu'un raccroche, deux fois")
    amina, louis, maya = _phones(day.stage, "+33639980002", "+33639980201", "+33639980202")
    louis.behaviour = maya.behaviour = Behaviour("no-answer")
    for _ in range(2):
        day.does(amina, "appelle, puis raccroche pendant que ça sonne")
        amina.dial(LINE)
        day.goes_on(12)
        amina.hang_up()
        day.goes_on(5)
    day.expect("les deux appels comptent", true=_count(day, Call, Call.outcome == CallOutcome.HUNG_UP) == 2)
    day.expect(
        "une seule demande attend", true=_count(day, Request, Request.state != RequestState.CLOSED) == 1
    )


def offer_declined_then_accepted(day: Transcript) -> None:
    """The offer goes out by text; a NON sends it to the next volunteer, a OUI closes the search."""
    day.scene("une proposition, un non, un oui")
    day.goes_on(30)
    first = _asked(day)
    day.expect("un bénévole a reçu une proposition", true=first is not None)
    if first is None:
        return
    day.does(first, "répond « non désolé pas dispo »")
    first.text(LINE, "non désolé pas dispo")
    day.goes_on(30)
    second = _asked(day)
    day.expect("la demande est passée à quelqu'un d'autre", true=second is not None and second is not first)
    if second is None:
        return
    day.does(second, "répond « Oui merci »")
    second.text(LINE, "Oui merci")
    day.goes_on(20)
    day.expect(
        "l'attribution est active et un rappel est prévu",
        true=_count(day, Assignment, Assignment.state == AssignmentState.ACTIVE) == 1
        and _count(day, Callback, Callback.state == CallbackState.PLANNED) == 1,
    )


def bridge(day: Transcript) -> None:
    """The volunteer dials the line and is joined to the caller, both seeing the line's number."""
    day.scene("le rappel, par la ligne")
    volunteer, amina = _holder(day), day.stage.phone("+33639980002")
    if volunteer is None:
        day.expect("quelqu'un rappelle Amina", true=False)
        return
    day.does(volunteer, "appelle la ligne depuis son téléphone")
    volunteer.dial(LINE)
    day.goes_on(12)
    day.expect("le téléphone d'Amina sonne et affiche la ligne", true=amina.ringing_from == LINE)
    day.does(amina, "décroche, sans appuyer sur aucune touche")
    amina.answer()
    day.goes_on(minutes=4)
    day.expect("elles se parlent", true=amina.prompt == "bridged")
    day.does(amina, "raccroche")
    amina.hang_up()
    day.goes_on(20)
    day.expect(
        "le rappel est noté « fait »", true=_count(day, Callback, Callback.state == CallbackState.MADE) == 1
    )
    day.does(volunteer, "répond FAIT")
    volunteer.text(LINE, "FAIT")
    day.goes_on(20)
    day.expect("l'attribution est finie", true=_count(day, Assignment, Assignment.end_reason == "done") == 1)


def text_message(day: Transcript) -> None:
    """A caller texts: one acknowledgement, one request."""
    day.scene("un SMS")
    lucien = day.stage.phone("+33639980001")
    for body in ("Bonjour, pourriez-vous me rappeler ?", "C'est Lucien, merci"):
        day.does(lucien, f"écrit : {body}")
        lucien.text(LINE, body)
        day.goes_on(5)
    day.expect("un seul accusé de réception", true=len(lucien.texts) == 1)
    day.expect("les deux SMS sont notés", true=_count(day, Message, Message.caller_id.is_not(None)) >= 2)


def call_at_night(day: Transcript) -> None:
    """At night the line says when it opens and takes a message; a withheld number is asked for its number."""
    day.stage.jump(START.replace(hour=22, minute=5))
    day.scene("un appel la nuit")
    odette, masked = day.stage.phone("+33199000201"), day.person("Un numéro masqué", "+33199000299")
    day.does(odette, "appelle la ligne")
    odette.dial(LINE)
    day.goes_on(20)
    day.does(odette, "laisse un message de sept secondes, puis raccroche")
    odette.speak(7)
    day.goes_on(8)
    odette.hang_up()
    day.goes_on(20)
    day.expect(
        "le message est copié chez nous, avec son empreinte",
        true=_count(day, Voicemail, Voicemail.state == VoicemailState.STORED, Voicemail.sha256.is_not(None))
        == 1,
    )
    day.does(masked, "appelle en numéro masqué, puis raccroche")
    masked.dial(LINE, shown_as="anonymous")
    day.goes_on(15)
    masked.hang_up()
    day.goes_on(20)
    day.expect(
        "une personne sans numéro attend qu'on le trouve",
        true=_count(day, Request, Request.state == RequestState.NEEDS_NUMBER) == 1,
    )
    day.expect("personne n'est dérangé la nuit", true=_asked(day) is None)


def next_morning(day: Transcript) -> None:
    """At nine the offers of the night leave; somebody phones Odette back."""
    day.stage.jump(START.replace(day=START.day + 1, hour=9, minute=0, second=10))
    day.scene("le lendemain à neuf heures")
    day.goes_on(20)
    odette = day.stage.phone("+33199000201")
    volunteer = _asked_for(day, "+33199000201")
    day.expect("la demande d'Odette est proposée à un bénévole", true=volunteer is not None)
    if volunteer is None:
        return
    day.does(volunteer, "répond « ok je prends »")
    volunteer.text(LINE, "ok je prends")
    day.goes_on(15)
    day.does(volunteer, "appelle la ligne")
    volunteer.dial(LINE)
    day.goes_on(12)
    odette.answer()
    day.goes_on(90)
    day.expect(
        "Odette est au téléphone, sur son fixe, sans un SMS",
        true=odette.prompt == "bridged" and not odette.texts,
    )
    volunteer.hang_up()
    day.goes_on(20)


SCENES: tuple[Callable[[Transcript], None], ...] = (
    call_in_hours,
    hang_up_twice,
    offer_declined_then_accepted,
    bridge,
    text_message,
    call_at_night,
    next_morning,
)


def _verdict(day: Transcript) -> int:
    day.console.print()
    mistakes = [str(warning) for warning in day.stage.exchange.warnings]
    day.expect("l'opérateur n'a trouvé aucune faute dans ce que nous avons dit", true=not mistakes)
    for mistake in mistakes:
        day.console.print(mistake, soft_wrap=True)
    day.console.print("Tout s'est passé comme prévu." if day.fulfilled else "Quelque chose n'est pas venu.")
    return 0 if day.fulfilled else 1


def _phones(stage: Stage, *numbers: str) -> list[Phone]:
    return [stage.phone(number) for number in numbers]


def _count(day: Transcript, model: type[Base], *conditions: ColumnElement[bool]) -> int:
    with day.stage.hotline.database.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def _asked(day: Transcript) -> Phone | None:
    """Return the telephone of a volunteer whose offer waits for an answer."""
    return _volunteer_of(day, Assignment.state == AssignmentState.OFFERED)


def _holder(day: Transcript) -> Phone | None:
    return _volunteer_of(day, Assignment.state == AssignmentState.ACTIVE)


def _asked_for(day: Transcript, number: str) -> Phone | None:
    """Return the telephone of the volunteer to whom the caller with this number is offered."""
    with day.stage.hotline.database.read() as session:
        caller = session.scalar(
            select(CallerPhone.caller_id)
            .join(PhoneRow, PhoneRow.id == CallerPhone.phone_id)
            .where(PhoneRow.number_index == number)
        )
    return _volunteer_of(day, Assignment.state == AssignmentState.OFFERED, Assignment.caller_id == caller)


def _volunteer_of(day: Transcript, *conditions: ColumnElement[bool]) -> Phone | None:
    with day.stage.hotline.database.read() as session:
        number = session.scalar(
            select(PhoneRow.number)
            .join(Volunteer, Volunteer.phone_id == PhoneRow.id)
            .join(Assignment, Assignment.volunteer_id == Volunteer.id)
            .where(*conditions)
            .order_by(Assignment.id)
            .limit(1)
        )
    return day.stage.phone(number) if number else None
