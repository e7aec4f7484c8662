"""A town with a past: something of everything that the desk shows, for whoever looks at its pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.mail import parsing
from hotline.models import Call, Caller, Coordinator, Message, Volunteer
from hotline.models.status import (
    CallOutcome,
    ContactKind,
    Direction,
    Mood,
    Need,
    RequestKind,
    TranscriptState,
    VolunteerState,
)
from hotline.services import absences, alerts, requests
from hotline.services.desk import boundaries, broadcasts, contacts_by_hand, kept_forms, merges
from hotline.services.desk import notes as noting
from hotline.services.desk.contacts_by_hand import Typed
from hotline.services.mails import incoming
from hotline.services.reports import NEEDS, Told
from tests.conftest import LINE
from tests.holders import absent, done
from tests.inbox import leave
from tests.people import add_caller, add_volunteer
from tests.referring import add_partner, sent
from tests.relations import calls, give, offer, waits
from tests.web.desk.conftest import sign_in
from tests.webhooks import sid

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ODETTE, ROSE, LUCIEN, JEANNE = "+33199000201", "+33199000202", "+33639980001", "+33199000203"
LONG = "Marie-Madeleine-Bernadette Vandenbroucke-Saint-Germain-d’Alcantara"
SAID = "Bonjour, c’est Odette, rappelez-moi au 01 99 00 02 01 ou au zéro six trente-neuf, après seize heures."
HANDS = "Inès Imbert"
MAIL = """From: Solange Meyer <solange.meyer@example.org>
To: onseparle@exemple.fr
Subject: Je ne vois plus personne
Message-ID: <1@example.org>
Date: Tue, 24 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Bonjour, appelez-moi au 01 99 00 02 10, le matin. https://exemple.fr/{}

Le lun. 23 nov. 2026 à 10:00, On se parle <onseparle@exemple.fr> a écrit :
> Nous pensons à vous.
""".format("tres-long" * 14)
EVERY_DAY = "FREQ=DAILY;BYHOUR=15;BYMINUTE=0"


@dataclass
class Past:
    """Where to find what happened."""

    odette: int
    rose: int
    voicemail: int
    nameless: int
    request: int
    offered: int
    assignment: int
    callback: int
    volunteer: int
    pending: int
    batch: str = ""
    partner: int = 0
    referral: int = 0
    mail: int = 0


def lived(hotline: Hotline) -> Past:
    """Let a lot happen in a town."""
    zoe = add_volunteer(
        hotline, "Zoé", "+33639980199", capacity=4, available="Mo-Fr 14:00-18:00", postcode="05100"
    )
    add_volunteer(hotline, LONG, "+33639980198", available="Mo-Su 09:00-19:00", note="Ne parle que breton.")
    pending = add_volunteer(hotline, "Paulin", "+33639980197", state=VolunteerState.PENDING)
    add_volunteer(hotline, "Rachel", "+33639980196", state=VolunteerState.PAUSED)
    voicemail, nameless = _messages(hotline)
    odette, rose = _find(hotline, "Odette Martin"), _find(hotline, "Rose Vidal")
    held = give(hotline, add_caller(hotline, "+33199000204", "Lucienne Arnaud"), zoe, EVERY_DAY)
    given = calls(hotline, held)
    done(hotline, held, told=Told(mood=Mood.BAD, minutes=20, needs=NEEDS, words="Elle a faim."))
    absent(hotline, give(hotline, add_caller(hotline, "+33199000205", "Simone Weber"), zoe))
    add_caller(hotline, "+33199000206", LONG, note="Parler fort, et lentement. " * 12, postcode="05100")
    request = waits(hotline, add_caller(hotline, "+33199000207", "Marcel Perret"), RequestKind.RECURRING)
    offered = waits(hotline, add_caller(hotline, "+33199000208", "Denise Roux"))
    offer(hotline, offered, zoe)
    add_caller(hotline, "+33199000209", "Odette Martin", postcode="05100")
    past = Past(odette, rose, voicemail, nameless, request, offered, held, given[-1].id, zoe, pending)
    past.partner = add_partner(hotline, hours="Mo-Sa 09:00-18:00", note="Passe le jeudi. " * 20)
    past.referral = sent(hotline, odette, need=Need.GARDE_ENFANTS, words="Personne pour garder les petits.")
    hotline.database.run(lambda session: _written(session, hotline, past))
    _decided(hotline)
    return past


def typed(hotline: Hotline, coordinator: Coordinator) -> str:
    """Somebody's form that was kept when their session ended; return its token."""
    at = hotline.clock.now()
    fields = [("names", "Odette Martin"), ("words", "Passée à la MJC.\nElle reviendra.")]
    token = hotline.database.run(
        lambda session: kept_forms.keep(session, coordinator.id, "/contacts/new", fields, at)
    )
    assert token
    return token


def _messages(hotline: Hotline) -> tuple[int, int]:
    """Voicemails of every kind; return the richest and a withheld one."""
    at = hotline.clock.now()
    heard: dict[str, Any] = {"transcript_state": TranscriptState.DONE}
    leave(hotline, "Odette Martin", ODETTE, ago=4 * DAY, seconds=40)
    rich = leave(hotline, "Odette Martin", ODETTE, ago=2 * HOUR, transcript=SAID, reliability=-0.7, **heard)
    leave(hotline, "Rose Vidal", ROSE, ago=DAY, transcript="", reliability=-0.1, **heard)
    leave(hotline, LONG, JEANNE, ago=6 * HOUR, heard_at=at - HOUR)
    leave(hotline, "Lucien Petit", LUCIEN, ago=40 * DAY, heard_at=at - 39 * DAY, handled_at=at - 39 * DAY)
    leave(hotline, "Lucien Petit", LUCIEN, ago=3 * HOUR, snoozed_until=at + DAY)
    leave(hotline, None, "+33162000001", ago=HOUR)
    return rich, leave(hotline, None, None, ago=5 * HOUR)


def _find(hotline: Hotline, names: str) -> int:
    with hotline.database.read() as session:
        return next(one.id for one in session.scalars(select(Caller)) if one.names == names)


def _written(session: Session, hotline: Hotline, past: Past) -> None:
    at, line = hotline.clock.now(), hotline.line
    odette, rose = session.get_one(Caller, past.odette), session.get_one(Caller, past.rose)
    zoe = session.get_one(Volunteer, past.volunteer)
    odette.email = "odette.martin@example.org"
    noting.add(session, odette, "Sa fille passe le dimanche. " * 6, author=HANDS, at=at)
    for kind in contacts_by_hand.KINDS:
        told = Typed(kind, "Elle demande quand on l’appelle.", True, at - 2 * DAY, caller_id=odette.id)
        contacts_by_hand.note(session, line, told, author=HANDS, at=at)
    last_day = at.date() + timedelta(days=5)
    boundaries.begin(session, line, rose, last_day=last_day, reason="Insultes", author=HANDS, at=at)
    _texted(session, odette, at)
    _alerted(session, odette, zoe, at)
    _joined(session, hotline, at)
    absences.begin(session, line, zoe, at.date() + timedelta(days=20), at.date() + timedelta(days=27), at)
    if logged := incoming.received(session, line, parsing.read(MAIL.encode()), at):
        session.flush()
        past.mail = logged.id
    past.batch = broadcasts.send(session, line, [zoe], "Bonjour {first_name}, merci à vous.", at)
    _called(session, at)


def _texted(session: Session, odette: Caller, at: datetime) -> None:
    body = "Bonjour, je voudrais qu’on m’appelle plutôt le matin https://exemple.fr/" + "tres-long" * 12
    contact = requests.contact(session, odette, ContactKind.MESSAGE, at - 3 * HOUR)
    session.add(
        Message(
            sid=sid("SM", 1),
            direction=Direction.INBOUND,
            from_number=ODETTE,
            to_number=LINE,
            body=body,
            status="received",
            caller_id=odette.id,
            contact_id=contact.id,
            created_at=at - 3 * HOUR,
        )
    )


def _alerted(session: Session, odette: Caller, zoe: Volunteer, at: datetime) -> None:
    about = {"caller_id": odette.id, "volunteer_id": zoe.id}
    for kind in ("nobody_takes", "difficult_call", "caller_silent", "sms_ceiling", "text_failed"):
        alerts.raise_alert(session, kind, f"past:{kind}", at - HOUR, detail="Elle pleurait.", **about)
    told = "Je ne peux pas jeudi mais vendredi oui, ou samedi"
    alerts.raise_alert(session, "not_understood", "past:text", at - DAY, detail=told, volunteer_id=zoe.id)


def _joined(session: Session, hotline: Hotline, at: datetime) -> None:
    first, second = (
        contacts_by_hand.note(
            *(
                session,
                hotline.line,
                Typed(ContactKind.VISIT, "", False, at - DAY, names=name, number=number),
            ),
            author=HANDS,
            at=at,
        ).caller
        for name, number in (("Yvonne Blanc", "+33199000231"), ("Yvonne Leblanc", "+33199000232"))
    )
    merges.merge(session, first, second, author=HANDS, at=at)


def _called(session: Session, at: datetime) -> None:
    outcomes = (CallOutcome.ANSWERED, CallOutcome.HUNG_UP, CallOutcome.ANSWERED)
    session.add_all(
        Call(
            sid=sid("CA", 100_000 + number),
            direction=Direction.INBOUND,
            from_number=ODETTE,
            to_number=LINE,
            outcome=outcomes[number % 3],
            started_at=at - number * 11 * HOUR,
        )
        for number in range(40)
    )


def _decided(hotline: Hotline) -> None:
    """What a coordinator has changed through the desk's own forms."""
    desk, today = sign_in(hotline, name=HANDS), hotline.line.day(hotline.clock.now())
    for path, fields in {
        "/hours/closures": {"first": f"{today + 3 * DAY}", "last": f"{today + 4 * DAY}", "reason": "Fête"},
        "/greetings/fr/voicemail.after_the_beep/text": {"text": "Parlez après le bip, sans hâte."},
        "/alerts/7/close": {},
    }.items():
        answer = desk.client.post(path, data=fields)
        assert answer.status_code == 303, path
