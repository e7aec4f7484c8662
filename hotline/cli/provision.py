"""`hotline provision`."""

from collections.abc import Sequence
from dataclasses import dataclass

import click

from hotline import fallback_document, provisioning
from hotline.bootstrap import Hotline
from hotline.cli import french, printing
from hotline.cli.product import product
from hotline.errors import HotlineError
from hotline.phone import PhoneNumber
from hotline.provisioning import Change
from hotline.settings import SettingsError
from hotline.telephony.base import TelephonyError

_UNSURE = "on ne sait pas si c'est fait"


@dataclass(frozen=True)
class _Plan:
    """One of our numbers, masked, and what is to be set on it; `sid` is None for somebody else's."""

    number: str
    sid: str | None
    changes: Sequence[Change]


@click.command("provision", cls=french.Command)
@click.option("--dry-run", is_flag=True, help="Montre ce qui changerait, ne change rien.")
@click.pass_context
def provision(context: click.Context, dry_run: bool) -> None:
    """Dit à Twilio où mène chacun de nos numéros : appels, secours, état des appels, SMS.

    Vaut pour tous les numéros de l'association et l'expéditeur des SMS. Enlève ce qui passerait devant nous
    (application, trunk SIP). Relancée, la commande ne change plus rien. Avec --dry-run, se termine par 0 si
    tout est en place, par 1 sinon.
    """
    hotline = product()
    if missing := hotline.settings.missing_for_calls():
        raise SettingsError(missing)
    plans = _plans(hotline)
    _show(plans)
    ready = all(plan.sid and not plan.changes for plan in plans)
    if ready:
        printing.say("Tout est en place : rien à changer.")
    elif dry_run:
        printing.say(
            "Rien n'a été changé. « hotline provision », sans --dry-run, fait ce qui est dit ci-dessus."
        )
    else:
        ready = _carry_out(hotline, plans)
    context.exit(0 if ready else 1)


def _plans(hotline: Hotline) -> list[_Plan]:
    """Look at every number before the first one is touched."""
    method = _fallback_method(hotline)
    plans = []
    for e164 in provisioning.numbers(hotline.line):
        own, shown = hotline.carrier.own_number(e164), str(PhoneNumber(e164))
        changes = list(provisioning.changes(hotline, own, fallback_method=method)) if own else []
        plans.append(_Plan(shown, own.sid if own else None, changes))
    return plans


def _fallback_method(hotline: Hotline) -> str:
    """Return how the document elsewhere is asked for; one that takes no message is never set."""
    url = hotline.settings.environment.fallback_url
    if url is None:
        return provisioning.POST
    document = fallback_document.fetched(url)
    if document.fault:
        raise HotlineError(
            f"le document de secours (HOTLINE_FALLBACK_URL) {document.fault}. Rien n'a été changé : "
            "déposez-y ce qu'écrit « hotline fallback-document », puis relancez."
        )
    return document.method


def _show(plans: Sequence[_Plan]) -> None:
    rows = [
        (plan.number, change.name, change.before or "rien", change.after or "rien")
        for plan in plans
        for change in plan.changes
    ]
    if rows:
        printing.table(("Numéro", "Réglage", "Maintenant", "Ensuite"), rows)
    for plan in plans:
        if plan.sid is None:
            printing.mark(
                f"{plan.number} n'est pas à ce compte Twilio : vérifiez HOTLINE_NUMBER, HOTLINE_SMS_SENDER "
                "et [[lines]]",
                ok=False,
            )


def _carry_out(hotline: Hotline, plans: Sequence[_Plan]) -> bool:
    """Set each number as a whole; one that is refused stops no other. Tell whether all are in place."""
    done = [_set(hotline, plan) for plan in plans if plan.changes]
    if not all(done):
        printing.say("Relancez la commande : ce qui est fait n'est pas refait.")
    return all(done) and all(plan.sid for plan in plans)


def _set(hotline: Hotline, plan: _Plan) -> bool:
    try:
        hotline.carrier.change_number(
            plan.sid or "", {change.setting: change.after for change in plan.changes}
        )
    except TelephonyError as error:
        printing.mark(f"{plan.number} : {_UNSURE if error.uncertain else 'rien changé'}. {error}", ok=False)
        return False
    printing.mark(f"{plan.number} : {printing.count(len(plan.changes), 'réglage changé')}", ok=True)
    return True
