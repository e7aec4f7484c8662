"""The words of the room of greetings: moments, what changes from call to call, faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from hotline.services.desk.heard import Way
from hotline.services.desk.own_recordings import Why
from hotline.services.desk.prompts import Fault, Moment, Problem

LANGUAGES = {"fr": _l("Français"), "en": _l("Anglais"), "it": _l("Italien")}

MOMENTS: Mapping[Moment, tuple[LazyString, LazyString]] = {
    Moment.WELCOME: (
        _l("L’accueil"),
        _l("Ce qu’un appelant entend d’abord, quand quelqu’un va lui répondre."),
    ),
    Moment.VOICEMAIL: (
        _l("Le répondeur"),
        _l("Quand la ligne est fermée, ou quand personne ne peut répondre."),
    ),
    Moment.BOUNDARY: (
        _l("Une personne dont les appels sont mis à distance"),
        _l("Ce qu’elle entend, jusqu’à la date que l’équipe a choisie."),
    ),
    Moment.BROKEN: (_l("En cas de panne"), _l("Un appelant n’entend jamais le silence.")),
    Moment.CALLED: (
        _l("Chez la personne rappelée"),
        _l("Ce qu’entend la personne qui décroche quand un bénévole l’appelle par la ligne."),
    ),
    Moment.LISTENER: (
        _l("À l’oreille d’un écoutant"),
        _l("Ce qu’entend un écoutant de permanence, avant d’être mis en relation."),
    ),
    Moment.VOLUNTEER: (
        _l("Quand un bénévole appelle la ligne"),
        _l("Ce qui guide un bénévole, jusqu’à son compte rendu."),
    ),
    Moment.WORDS: (_l("Petits mots"), _l("Des mots qui reviennent dans d’autres phrases.")),
    Moment.TEXTS_TO_CALLERS: (
        _l("SMS aux appelants et à leurs proches"),
        _l("Toujours brefs, jamais de nom."),
    ),
    Moment.TEXTS_OF_OFFERS: (
        _l("SMS des propositions"),
        _l("Proposer une personne à un bénévole, et lui répondre."),
    ),
    Moment.TEXTS_OF_CALLS: (
        _l("SMS autour des appels"),
        _l("Rappels, relances, comptes rendus, remerciements."),
    ),
    Moment.TEXTS_OF_VOLUNTEERS: (
        _l("SMS de la vie d’un bénévole"),
        _l("Sa page, ses pauses, l’arrêt et la reprise des SMS."),
    ),
    Moment.TEXTS_OF_REFERRALS: (
        _l("SMS des orientations"),
        _l("Passer un besoin à un partenaire, et dire à la personne qui va l’appeler."),
    ),
    Moment.PARTS_OF_TEXTS: (_l("Morceaux de SMS"), _l("Des mots qui prennent place dans d’autres SMS.")),
}

WAYS: Mapping[Way, LazyString] = {
    Way.RUNG: _l("La ligne est ouverte, un écoutant est de permanence"),
    Way.NOBODY: _l("La ligne est ouverte, personne ne peut répondre"),
    Way.CLOSED: _l("La ligne est fermée"),
}
AFTERWARDS: Mapping[Way, LazyString] = {
    Way.RUNG: _l("… puis cela sonne chez les écoutants."),
    Way.NOBODY: _l("… puis le bip, et le message est enregistré."),
    Way.CLOSED: _l("… puis le bip, et le message est enregistré."),
}

VALUES: Mapping[str, LazyString] = {
    "answer_by": _l("l’heure limite de réponse"),
    "before": _l("le moment limite de l’appel"),
    "day": _l("le jour de l’envoi"),
    "caller": _l("le prénom de la personne"),
    "calls": _l("le nombre d’appels"),
    "code": _l("le code de six chiffres"),
    "count": _l("un nombre"),
    "hello": _l("« Bonjour », avec le prénom"),
    "holder": _l("le prénom du bénévole remplacé"),
    "key": _l("la touche du téléphone"),
    "length": _l("la durée totale"),
    "line": _l("le nom de la ligne"),
    "link": _l("l’adresse de sa page"),
    "month": _l("le mois"),
    "name": _l("le prénom"),
    "need": _l("le besoin"),
    "next_opening": _l("la prochaine ouverture"),
    "number": _l("le numéro de la ligne"),
    "partner": _l("le nom du partenaire"),
    "people": _l("le nombre de personnes"),
    "phone": _l("le téléphone de l’association"),
    "pin": _l("son code"),
    "place": _l("le lieu"),
    "reference": _l("le numéro de la demande"),
    "references": _l("les numéros des demandes"),
    "rhythm": _l("le rythme des appels"),
    "span": _l("les dates de la pause"),
    "start": _l("le premier jour"),
    "thanks": _l("« Merci », avec le prénom"),
    "until": _l("le dernier jour"),
    "volunteer": _l("le prénom du bénévole"),
    "what": _l("ce qui est confié"),
    "when": _l("le moment de l’appel"),
    "wish": _l("l’appel souhaité"),
}

_FAULTS: Mapping[Fault, LazyString] = {
    Fault.EMPTY: _l("Écrivez quelques mots : personne ne doit entendre le silence."),
    Fault.BRACES: _l("Les accolades { } vont par deux et n’entourent que les mots proposés à côté."),
    Fault.UNKNOWN: _l("%(about)s n’existe pas dans cette phrase : n’employez que les mots proposés à côté."),
    Fault.MISSING: _l("Gardez %(about)s : sans lui, la phrase ne dit plus ce qu’il faut."),
    Fault.DIGITS: _l(
        "Gardez « %(about)s » en chiffres : c’est la touche ou le numéro que l’on doit composer."
    ),
    Fault.TOO_LONG: _l("C’est trop long à écouter : 600 signes au plus."),
    Fault.SEGMENTS: _l("Ce texte ne tient plus dans un seul SMS : raccourcissez-le."),
}

SOUND_FAULTS: Mapping[Why, LazyString] = {
    Why.EMPTY: _l("Choisissez un fichier, ou enregistrez au micro."),
    Why.NOT_WAV: _l(
        "Ce fichier n’est pas un WAV, et cette machine ne lit que le WAV : "
        "enregistrez-le en WAV, ou parlez au micro."
    ),
    Why.NO_SOUND: _l(
        "Ce fichier ne contient pas de son lisible : enregistrez-le en WAV, ou parlez au micro."
    ),
    Why.BROKEN: _l("Ce fichier WAV est abîmé : enregistrez-le de nouveau, ou parlez au micro."),
    Why.RARE: _l(
        "Ce fichier WAV est d’une sorte rare : enregistrez-le en « PCM 16 bits », ou parlez au micro."
    ),
    Why.TOO_LONG: _l("L’enregistrement dure plus d’une minute : raccourcissez-le."),
    Why.SILENT: _l("On n’entend rien dans cet enregistrement : vérifiez le micro et recommencez."),
    Why.TOO_SHORT: _l("L’enregistrement est trop court pour contenir des mots : recommencez."),
}


@dataclass(frozen=True)
class Piece:
    """Words of a phrase, or the name of a value that takes its place in them."""

    words: str
    value: bool


def sentence(problem: Problem) -> str:
    """Say what is wrong with a text, and what to do."""
    return str(_FAULTS[problem.fault]) % {"about": problem.about}


def pieces(text: str) -> list[Piece]:
    """Return a phrase in pieces, so that a page can show its values by their meaning."""
    parts = re.split(r"{(\w+)}", text)
    return [
        Piece(str(VALUES.get(part, part)) if number % 2 else part, bool(number % 2))
        for number, part in enumerate(parts)
        if part
    ]
