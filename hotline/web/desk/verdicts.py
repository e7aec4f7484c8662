"""Why a volunteer is proposed or not, in one sentence in the page's language."""

from collections.abc import Mapping

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.services.desk.explained import Chosen, Standing
from hotline.services.desk.giving import Choice
from hotline.services.matching import Refusal
from hotline.services.matching.explaining import Preference, Verdict

WHY_NOT: Mapping[Verdict, LazyString] = {
    Refusal.INACTIVE: _l("%(name)s n’est pas en activité."),
    Refusal.AWAY: _l("%(name)s est en congé."),
    Refusal.NO_TEXTS: _l(
        "%(name)s ne peut pas recevoir de SMS : arrêt demandé, ligne fixe, ou trop de SMS aujourd’hui."
    ),
    Refusal.LANGUAGE: _l("%(name)s ne parle pas sa langue."),
    Refusal.BY_MAIL: _l("%(name)s n’écrit pas de courriels."),
    Refusal.SAME_NUMBER: _l("%(name)s a le même numéro."),
    Refusal.REFUSED: _l(
        "%(name)s a déjà décliné, n’a pas répondu depuis un jour, ou vient de l’accompagner."
    ),
    Refusal.TANDEM: _l(
        "%(name)s est en tandem : pas de demande urgente, et pas sans sa marraine ou son parrain."
    ),
    Refusal.CAPACITY: _l("%(name)s accompagne déjà assez de personnes."),
    Refusal.WEEKLY_CAP: _l("%(name)s a atteint son nombre d’appels de la semaine."),
    Refusal.QUIET: _l("%(name)s est dans ses heures de repos."),
    Refusal.HOURS: _l("%(name)s n’est pas libre aux heures souhaitées."),
    Preference.VOICE: _l("%(name)s convenait, mais la personne préfère une autre voix."),
    Preference.TAKEN: _l("%(name)s reçoit à ce tour une autre demande."),
    Preference.LOAD: _l("%(name)s convenait, mais accompagne plus de personnes."),
    Preference.FAR: _l("%(name)s convenait, mais vit dans un autre département."),
    Preference.EQUAL: _l("%(name)s convenait tout autant."),
    Preference.OUTCOMPETED: _l("%(name)s convenait, mais d’autres demandes passent avant."),
}
STANDING: Mapping[Standing, LazyString] = {
    Standing.OFFERED: _l("La demande est déjà proposée : elle est hors du tour jusqu’à la réponse."),
    Standing.ASSIGNED: _l("La demande est déjà confiée : elle n’est plus dans le tour."),
    Standing.REFERRED: _l("La demande est orientée vers une autre structure : elle n’est pas dans le tour."),
    Standing.CLOSED: _l("La demande est close : elle n’est plus dans le tour."),
    Standing.NEEDS_NUMBER: _l("Il manque un numéro : la personne a appelé en numéro masqué."),
    Standing.UNREACHABLE: _l("La personne est injoignable : il lui faut d’abord un numéro."),
    Standing.TALKING: _l("La personne est au téléphone, ou vient de parler avec un écoutant."),
}


def why_not(verdict: Verdict, name: str) -> str:
    """Say what keeps a volunteer from being proposed."""
    return str(WHY_NOT[verdict]) % {"name": name}


def why(chosen: Chosen) -> str:
    """Say who is proposed, and what speaks for them."""
    if not chosen.load:
        load = _("n’accompagne encore personne")
    else:
        load = ngettext("accompagne %(num)d personne", "accompagne %(num)d personnes", chosen.load)
    facts = [_("est la voix que la personne connaît")] if chosen.known_voice else []
    facts += [load, *([_("vit dans le même département")] if chosen.near else [])]
    last = facts.pop()
    said = _("%(facts)s et %(last)s", facts=", ".join(facts), last=last) if facts else last
    return str(_("Le tour propose %(name)s, qui %(facts)s.", name=chosen.name, facts=said))


def speaks_for(choice: Choice) -> list[str]:
    """Say in a few words what speaks for giving somebody to a volunteer."""
    room = ngettext("encore %(num)d place", "encore %(num)d places", choice.room) if choice.room else ""
    return [
        said
        for said in (
            _("voix connue") if choice.voice < 0 else "",
            _("même département") if choice.near else "",
            room,
        )
        if said
    ]
