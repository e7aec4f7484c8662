"""The desk's navigation: what each role finds where, and the key that leads there."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hotline.services.desk.rights import Right
from hotline.web.desk.room import allowed
from hotline.web.product import product


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; `g` and then `key` lead there, `badge` names the count beside it.

    Its pages lie beneath its own address, and beneath `also`. With `needs_mail` it is there where mails are.
    """

    right: Right
    endpoint: str
    word: LazyString
    key: str
    badge: str = ""
    also: str = ""
    needs_mail: bool = False

    @property
    def current(self) -> str | None:
        """Tell whether the page that is shown is this one ("page"), or one of its pages ("true")."""
        if request.endpoint == self.endpoint:
            return "page"
        beneath = (url_for(self.endpoint), self.also)
        here = f"{request.path}/"
        return "true" if any(here.startswith(f"{one}/") for one in beneath if one) else None


MAIN = (
    Entry(Right.TODAY, "desk.today", _l("Aujourd’hui"), "a", "today", "/alerts"),
    Entry(Right.VOICEMAILS, "desk.voicemails", _l("Messages"), "m", "voicemails"),
    Entry(Right.PEOPLE, "desk.mails", _l("Courriels"), "e", "mails", needs_mail=True),
    Entry(Right.PEOPLE, "desk.people", _l("Personnes"), "p"),
    Entry(Right.REQUESTS, "desk.requests", _l("Demandes"), "d", "requests", "/assignments"),
    Entry(Right.REFERRALS, "desk.referrals", _l("Orientations"), "o", "referrals", "/partners"),
    Entry(Right.VOLUNTEERS, "desk.volunteers", _l("Bénévoles"), "b"),
    Entry(Right.ROSTER, "desk.roster", _l("Planning"), "l"),
    Entry(Right.STATISTICS, "desk.statistics", _l("Statistiques"), "s"),
)
MORE = (
    Entry(Right.ROSTER, "desk.hours", _l("Horaires"), "h"),
    Entry(Right.GREETINGS, "desk.greetings", _l("Annonces"), "t"),
    Entry(Right.SETTINGS, "desk.costs", _l("Coûts"), "k"),
    Entry(Right.AUDIT, "desk.audit", _l("Journal"), "j"),
    Entry(Right.SETTINGS, "desk.settings", _l("Réglages"), "r"),
)


def shown(entries: tuple[Entry, ...]) -> list[Entry]:
    """Return the entries for whoever is signed in."""
    mail = product().line.mail_address is not None
    return [entry for entry in entries if allowed(entry.right) and (mail or not entry.needs_mail)]
