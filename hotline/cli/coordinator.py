"""`hotline coordinator`."""

from datetime import datetime

import click

from hotline.cli import french, printing
from hotline.cli.product import actor, product
from hotline.errors import HotlineError
from hotline.models.status import Role
from hotline.services import custody
from hotline.services.desk import coordinators, invitations
from hotline.services.line import Line

_ROLES = {
    Role.COORDINATOR: "coordination",
    Role.LISTENER: "écoute",
    Role.STATISTICS: "statistiques seules",
    Role.TECHNICAL: "technique",
}


@click.group("coordinator", cls=french.Group)
def coordinator() -> None:
    """Qui se connecte au bureau : ajouter, retirer, lister."""


@coordinator.command()
@click.argument("email", metavar="ADRESSE")
@click.option("--name", default="", metavar="NOM", help="Son nom (sans rien : demandé par le lien).")
@click.option(
    "--role",
    type=french.OneOf([role.value for role in Role]),
    help="Son rôle (sans rien : coordinator pour qui est nouveau).",
)
def add(email: str, name: str, role: str | None) -> None:
    """Donne un lien à usage unique, valable 48 heures, pour choisir un mot de passe.

    Pour qui a déjà une place : mot de passe, code et clés d'accès sont effacés, ses navigateurs déconnectés.
    """
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.write() as session:
        added, is_new = coordinators.add(session, email, at, name=name, role=Role(role) if role else None)
        coordinators.close(session, added, at)
        token = invitations.issue(session, added, at)
        action = "coordinator.add" if is_new else "coordinator.reset"
        custody.note(session, at, actor=actor(), action=action, subject=f"coordinator:{added.id}")
    outcome = "place ouverte" if is_new else "accès remis à zéro"
    printing.say(f"{added.email} : {outcome} ({_ROLES[added.role]}).")
    printing.say("Lien à usage unique, valable 48 heures, à transmettre de la main à la main :")
    printing.say(invitations.address(hotline.settings.public_url, f"/invitation/{token}"))


@coordinator.command()
@click.argument("email", metavar="ADRESSE")
def remove(email: str) -> None:
    """Retire la place de quelqu'un, qui est déconnecté aussitôt."""
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.write() as session:
        known = coordinators.by_email(session, email)
        if known is None:
            raise HotlineError(f"« {email} » n'a pas de place au bureau : voir « hotline coordinator list »")
        subject = f"coordinator:{known.id}"
        custody.note(session, at, actor=actor(), action="coordinator.remove", subject=subject)
        coordinators.remove(session, known)
    printing.say(f"{known.email} : place retirée.")


@coordinator.command("list")
def list_() -> None:
    """Liste qui a une place au bureau."""
    hotline = product()
    with hotline.database.read() as session:
        everybody = coordinators.everybody(session)
    printing.table(
        ("id", "nom", "adresse", "rôle", "peut entrer", "vu pour la dernière fois"),
        [
            (
                str(known.id),
                known.name,
                known.email,
                _ROLES[known.role],
                "oui" if known.password else "lien à ouvrir",
                _moment(hotline.line, known.last_seen_at),
            )
            for known in everybody
        ],
    )


def _moment(line: Line, at: datetime | None) -> str:
    return f"{line.local(at):%d/%m/%Y %H:%M}" if at else "jamais"
