"""`hotline caller`."""

from typing import Any

import click

from hotline.cli import french, printing
from hotline.cli.product import actor, product
from hotline.errors import HotlineError
from hotline.models import Caller, Request
from hotline.models.status import Preference, RequestKind
from hotline.services import custody, preferences, requests

_KINDS = {
    RequestKind.UNKNOWN: "à préciser",
    RequestKind.ONE_OFF: "un appel",
    RequestKind.RECURRING: "un appel régulier",
}
_PREFERENCES = {Preference.STEADY: "toujours la même voix", Preference.ROTATION: "des voix différentes"}


@click.group("caller", cls=french.Group)
def caller() -> None:
    """Les personnes appelées : leurs souhaits et leurs accords."""


@caller.command()
@click.argument("number", metavar="NUMÉRO")
def show(number: str) -> None:
    """Montre ce qui est noté sur une personne, sans aucun numéro."""
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.write() as session:
        known = preferences.caller_at(session, number, at)
        request = requests.open_request(session, known)
        rows = [*_about(known), *_awaited(request)]
        custody.note(session, at, actor=actor(), action="caller.show", subject=f"personne {known.id}")
    printing.table(("", ""), rows)


@caller.command("set")
@click.argument("number", metavar="NUMÉRO")
@click.option("--names", metavar="NOMS", help="Prénom et nom.")
@click.option("--language", metavar="LANGUE", help="fr, en… : la langue dans laquelle on lui parle.")
@click.option("--wished-hours", metavar="HORAIRES", help="« Mo,We 14:00-17:00 » (vide : à toute heure).")
@click.option(
    "--prefers",
    type=french.OneOf([one.value for one in Preference]),
    help="steady : toujours la même voix ; rotation : des voix différentes.",
)
@click.option(
    "--kind",
    type=french.OneOf([RequestKind.ONE_OFF.value, RequestKind.RECURRING.value]),
    help="one_off : un appel ; recurring : un appel régulier.",
)
@click.option("--cadence", metavar="RRULE", help="« FREQ=WEEKLY;BYDAY=TU;BYHOUR=15 » (vide : à convenir).")
@click.option("--priority", type=int, metavar="N", help="0 : ordinaire ; plus grand : plus urgent.")
@click.option(
    "--association/--no-association", "hears_association", default=None, help="Nommer l'association."
)
@click.option(
    "--machine-messages/--no-machine-messages",
    "takes_machine_messages",
    default=None,
    help="Laisser un message sur son répondeur.",
)
@click.option("--contact-name", metavar="NOM", help="Sa personne de confiance.")
@click.option("--contact-phone", metavar="NUMÉRO", help="Le téléphone de celle-ci (vide : aucun).")
@click.option(
    "--contact-consent/--no-contact-consent", default=None, help="Prévenir celle-ci en cas de silence."
)
def set_(number: str, **options: Any) -> None:
    """Note les souhaits et les accords d'une personne ; ce qui n'est pas donné reste comme il est."""
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        raise HotlineError("rien à noter : donnez au moins une option. Voir « hotline caller set --help ».")
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.write() as session:
        known = preferences.caller_at(session, number, at)
        preferences.note(session, hotline.line, known, given, at, actor=actor())
        who = known.names or f"Personne {known.id}"
    printing.say(f"{who} : noté.")


def _about(known: Caller) -> list[tuple[str, str]]:
    return [
        ("noms", known.names or "inconnus"),
        ("langue", known.language),
        ("heures souhaitées", known.wished_hours or "toutes"),
        ("préfère", _PREFERENCES[known.prefers]),
        ("entend le nom de l'association", _yes(said=known.hears_association)),
        ("message sur répondeur", _yes(said=known.takes_machine_messages)),
        ("personne de confiance", known.contact_name or "aucune"),
        ("téléphone de confiance", _contact(known)),
        ("accord pour la prévenir", _yes(said=known.contact_consent)),
    ]


def _awaited(request: Request | None) -> list[tuple[str, str]]:
    if request is None:
        return [("attend", "rien")]
    return [
        ("attend", _KINDS[request.kind]),
        ("rythme", request.cadence or "à convenir"),
        ("priorité", str(request.priority)),
    ]


def _contact(known: Caller) -> str:
    if known.contact_phone is None:
        return "aucun"
    return "un mobile" if known.contact_phone.textable else "un numéro qui ne reçoit pas de SMS"


def _yes(*, said: bool) -> str:
    return "oui" if said else "non"
