"""Why a request was closed or an assignment ended, in words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hotline.web.desk.room import pages

CLOSING: Mapping[str, LazyString] = {
    "called": _l("la personne a été appelée"),
    "not_needed": _l("la personne n’en a plus besoin"),
    "elsewhere": _l("la personne est aidée autrement"),
    "silent": _l("la personne ne répond jamais"),
    "mistake": _l("erreur ou démarchage"),
    "moved": _l("la personne a déménagé"),
    "deceased": _l("la personne est décédée"),
    "other": _l("autre raison"),
}
ENDING: Mapping[str, LazyString] = {
    "not_needed": _l("la personne n’en a plus besoin"),
    "elsewhere": _l("la personne est aidée autrement"),
    "silent": _l("la personne ne répond jamais"),
    "moved": _l("la personne a déménagé"),
    "deceased": _l("la personne est décédée"),
    "other": _l("autre raison"),
}
_BY_ITSELF: Mapping[str, LazyString] = {
    "done": _l("l’appel est fait"),
    "over": _l("le dernier jour est passé"),
    "absent": _l("la personne n’a pas répondu"),
    "volunteer": _l("le bénévole ne peut plus"),
    "listener": _l("réglée par un écoutant"),
    "handed_over": _l("rendue, pour quelqu’un d’autre"),
    "withdrawn": _l("le besoin n’est plus proposé sur place"),
    "undone": _l("annulée aussitôt"),
    "taken_back": _l("proposition retirée"),
    "paused": _l("mise en pause"),
    "merged": _l("réunie à une autre demande de la même personne"),
    "coordinator": _l("par la coordination"),
}


def reason(code: str | None) -> str:
    """Return the words of a reason; one that somebody has written stays as it is."""
    return str({**_BY_ITSELF, **CLOSING}.get(code or "", code or ""))


pages.add_app_template_filter(reason, "reason")
