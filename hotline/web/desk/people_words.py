"""Sentences about people's files: why something cannot be, what happened, how somebody is called."""

from collections.abc import Mapping

import phonenumbers
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.models import Caller
from hotline.models.status import StepKind
from hotline.phone import PhoneNumber, dialable
from hotline.services.desk.refusals import Refused, Why
from hotline.services.desk.search import Advice
from hotline.web.desk.room import pages
from hotline.web.product import product

_FRANCE = 33
UNREADABLE_NUMBER = _l("Ce numéro ne se lit pas : écrivez-le en entier, par exemple 06 39 98 00 01.")

WHY: Mapping[Why, LazyString] = {
    Why.BOTH_ASSIGNED: _l(
        "Les deux fiches sont confiées à quelqu’un : terminez d’abord l’une des deux attributions."
    ),
    Why.BOTH_OFFERED: _l(
        "Une proposition est partie pour chacune des deux fiches : attendez une réponse, ou retirez-en une."
    ),
    Why.BOUNDARY_TOO_LONG: _l("C’est dans plus d’un an : choisissez une date plus proche."),
    Why.BOUNDARY_WITHOUT_NUMBER: _l(
        "Sans numéro, la ligne ne peut pas reconnaître cette personne : trouvez d’abord son numéro."
    ),
    Why.IN_THE_FUTURE: _l("Ce moment n’est pas encore venu : corrigez le jour ou l’heure."),
    Why.IN_THE_PAST: _l("Ce jour est passé : choisissez-en un plus récent."),
    Why.LAST_NUMBER: _l(
        "C’est le seul numéro de cette personne : ajoutez d’abord l’autre, puis retirez celui-ci."
    ),
    Why.MAIL_BOUNCED: _l("Cette adresse ne reçoit plus de courriels : téléphonez plutôt."),
    Why.MAIL_CEILING: _l("Trop de courriels sont partis aujourd’hui : renvoyez celui-ci demain."),
    Why.MAIL_LEFT: _l("Le courriel est déjà parti."),
    Why.MAIL_OFF: _l("Aucun courriel ne part d’ici : la boîte de l’association n’est pas réglée."),
    Why.MAIL_STOPPED: _l("Cette personne a demandé à ne plus recevoir de courriels : téléphonez plutôt."),
    Why.MERGED_AGAIN: _l(
        "Cette fiche a été réunie à une autre depuis : défaites d’abord cette dernière réunion."
    ),
    Why.MERGED_ALREADY: _l("L’une des deux fiches est déjà réunie à une autre : ouvrez plutôt celle-ci."),
    Why.NEW_REQUEST_SINCE: _l(
        "Une nouvelle demande est ouverte depuis : terminez-la avant de séparer les fiches."
    ),
    Why.NOBODY: _l("Cette fiche n’existe plus : choisissez la personne de nouveau."),
    Why.NUMBER_KNOWN: _l("Ce numéro est déjà celui de quelqu’un d’autre."),
    Why.NUMBER_OF_TEAM: _l("Ce numéro est celui d’un bénévole de l’équipe : vérifiez-le."),
    Why.REQUEST_MOVED_ON: _l("La demande a déjà avancé : elle reste ouverte. Fermez-la depuis sa page."),
    Why.SAME_FILE: _l("C’est la même fiche : choisissez-en une autre."),
    Why.TAKEN_BACK_ALREADY: _l("C’est déjà fait, peut-être par quelqu’un d’autre."),
}

ADVICE: Mapping[Advice, LazyString] = {
    Advice.THREE_LETTERS: _l("Écrivez au moins trois lettres d’un nom ; les accents ne comptent pas."),
    Advice.WHOLE_NUMBER: _l(
        "Un numéro se cherche en entier, par exemple 06 39 98 00 01 : ses derniers chiffres ne suffisent pas."
    ),
}

_STEPS: Mapping[StepKind, LazyString] = {
    StepKind.CREATED: _l("Confiée à %(volunteer)s"),
    StepKind.ACCEPTED: _l("%(volunteer)s a dit oui"),
    StepKind.PAUSED: _l("Appels de %(volunteer)s mis en pause"),
    StepKind.RESUMED: _l("Reprise des appels de %(volunteer)s"),
    StepKind.ENDED: _l("Fin des appels de %(volunteer)s"),
    StepKind.HANDED_OVER: _l("Plus confiée à %(volunteer)s, pour quelqu’un d’autre"),
    StepKind.CALLER_SILENT: _l("Ne répond plus aux appels de %(volunteer)s"),
    StepKind.CONTACT_TOLD: _l("Personne de confiance prévenue"),
    StepKind.ALERT: _l("Alerte donnée par %(volunteer)s"),
}


def sentence(refused: Refused) -> str:
    """Say why something cannot be done."""
    return str(WHY[refused.why])


def name_of(caller: Caller) -> str:
    """Name somebody: by their names, else by their masked number."""
    if caller.names:
        return caller.names
    if caller.phones:
        return str(_("Sans nom, %(number)s", number=masked(caller.phones[0].number)))
    return str(_("Numéro masqué, sans nom"))


def masked(number: str) -> str:
    """Mask a number for the screen."""
    return str(PhoneNumber(number))


def in_clear(e164: str) -> str:
    """Write a number out, as people in its country read it."""
    number = phonenumbers.parse(e164)
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        number, shape.NATIONAL if number.country_code == _FRANCE else shape.INTERNATIONAL
    )


def never_called(number: str) -> bool:
    """Tell whether the line neither calls nor texts a number: premium, short, or of another country."""
    return not dialable(PhoneNumber(number), product().line.config.limits.countries)


def step(kind: StepKind, volunteer: str) -> str:
    """Tell a step in the life of an assignment."""
    return str(_STEPS[kind]) % {"volunteer": volunteer}


pages.add_app_template_filter(name_of, "person")
pages.add_app_template_filter(masked, "masked")
pages.add_app_template_filter(never_called, "never_called")
pages.add_app_template_filter(in_clear, "phone_in_clear")
