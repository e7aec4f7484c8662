"""The carrier's error numbers: what each means for us and in words (carrier reference §6)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hotline.telephony.base import TelephonyError

OPTED_OUT: Final = 21610
NOT_FOUND: Final = 20404
NO_TEXTS: Final = frozenset({21612, 21614, 30006})
"""Errors which say that a number takes no texts, only calls."""


@dataclass(frozen=True)
class Advice:
    """What an error asks of us: in words, and whether (after how many seconds) it may be tried again."""

    permanent: bool
    says: str
    retry_after: float | None = None


_HOUR: Final = 3600.0


def _never(says: str) -> Advice:
    return Advice(permanent=True, says=says)


def _again(says: str, after: float | None = None) -> Advice:
    return Advice(permanent=False, says=says, retry_after=after)


_SENDER: Final = "Vérifiez HOTLINE_SMS_SENDER et l'enregistrement de cet expéditeur chez le prestataire."
_SERVICE: Final = (
    "Le service de messagerie du prestataire n'a pas d'expéditeur valable : vérifiez sa configuration."
)
_UNITED_STATES: Final = (
    "L'expéditeur n'est pas enregistré aux États-Unis : ce numéro ne peut pas y envoyer de SMS."
)
_BUSY: Final = "Le prestataire téléphonique est saturé : nouvel essai dans un moment."
_OUTAGE: Final = "Le prestataire téléphonique est en panne : nouvel essai dans un moment."
_SUSPENDED: Final = (
    "Le compte est suspendu chez le prestataire téléphonique : voyez sa console (crédit, facture)."
)

ADVICE: Final[Mapping[int, Advice]] = {
    20003: _again(
        "Le prestataire téléphonique refuse nos identifiants : vérifiez TWILIO_ACCOUNT_SID et "
        "TWILIO_AUTH_TOKEN (ou TWILIO_API_KEY et TWILIO_API_SECRET).",
        _HOUR,
    ),
    20004: _never(
        "Le prestataire téléphonique n'accepte pas cette opération : signalez cette erreur du logiciel."
    ),
    20005: _again(_SUSPENDED, _HOUR),
    NOT_FOUND: _never(
        "Le prestataire téléphonique ne connaît pas cet élément : il a été effacé ou n'existe pas."
    ),
    20429: _again(_BUSY),
    20500: _again(_OUTAGE),
    20503: _again(_OUTAGE),
    21205: _never(
        "L'adresse que le prestataire doit appeler n'est pas valable : vérifiez HOTLINE_PUBLIC_URL."
    ),
    21210: _never("Le numéro de la ligne n'est pas à nous chez le prestataire : vérifiez HOTLINE_NUMBER."),
    21211: _never("Le numéro du destinataire n'est pas valable : corrigez-le sur sa fiche."),
    21212: _never(f"Le prestataire refuse notre numéro d'expéditeur. {_SENDER}"),
    21214: _never("Ce numéro ne peut pas être appelé : vérifiez-le sur la fiche."),
    21215: _never(
        "Les appels vers ce pays ne sont pas ouverts : autorisez-le dans la console du prestataire."
    ),
    21216: _never("Le prestataire interdit les appels vers ce numéro."),
    21217: _never("Le numéro à appeler n'est pas valable : corrigez-le sur la fiche."),
    21219: _never(
        "Le compte est à l'essai : il n'appelle que les numéros vérifiés dans la console du prestataire."
    ),
    21220: _never("L'appel est déjà terminé : il n'y a rien à faire."),
    21408: _never("Les SMS vers ce pays ne sont pas ouverts : autorisez-le dans la console du prestataire."),
    21602: _never("Le SMS est vide : il n'a pas été envoyé."),
    21603: _never(f"Le SMS n'a pas d'expéditeur. {_SENDER}"),
    21606: _never(f"L'expéditeur n'est pas à nous ou ne peut pas envoyer de SMS. {_SENDER}"),
    21608: _never(
        "Le compte est à l'essai : il n'écrit qu'aux numéros vérifiés dans la console du prestataire."
    ),
    OPTED_OUT: _never(
        "Cette personne a répondu STOP : elle ne recevra plus de SMS tant qu'elle n'écrit pas START."
    ),
    21611: _again("Trop de SMS attendent déjà chez le prestataire : nouvel essai dans un moment.", 600.0),
    21612: _never("Ce numéro ne peut pas recevoir nos SMS : appelez la personne."),
    21614: _never("Ce numéro n'est pas un mobile : appelez la personne."),
    21617: _never("Le SMS dépasse 1600 caractères : raccourcissez-le."),
    21703: _never(_SERVICE),
    21704: _never(_SERVICE),
    21705: _never(_SERVICE),
    30001: _again("Trop de SMS attendent déjà chez le prestataire : nouvel essai dans un moment.", 600.0),
    30002: _again(_SUSPENDED, _HOUR),
    30003: _again("Le téléphone est éteint ou hors de portée : nouvel essai plus tard.", _HOUR),
    30004: _never("Ce téléphone bloque nos SMS : appelez la personne."),
    30005: _never("Ce numéro n'existe pas ou plus : vérifiez-le sur la fiche."),
    30006: _never("Ce numéro est une ligne fixe : appelez la personne."),
    30007: _never("L'opérateur a filtré ce SMS comme indésirable : changez son texte ou l'expéditeur."),
    30008: _again("Le SMS n'est pas arrivé, sans raison connue : un seul nouvel essai.", 600.0),
    30018: _never(f"L'expéditeur n'est pas enregistré pour ce pays. {_SENDER}"),
    30024: _never(f"L'expéditeur n'est pas activé chez l'opérateur. {_SENDER}"),
    30032: _never(_UNITED_STATES),
    30034: _never(_UNITED_STATES),
    30035: _never(_UNITED_STATES),
    63038: _again(
        "Le compte a atteint sa limite de SMS du jour : les envois reprendront demain.", 24 * _HOUR
    ),
}

_BY_STATUS: Final[Mapping[int, int]] = {
    401: 20003,
    404: NOT_FOUND,
    405: 20004,
    429: 20429,
    500: 20500,
    503: 20503,
}


def advice_for(code: int | None, status: int | None = None) -> Advice:
    """Return what an error number asks of us; an unknown one is judged by its HTTP status.

    For the number in a receipt leave the status out: one that we do not know is not worth a second try.
    """
    known = ADVICE.get(code or _BY_STATUS.get(status or 0, 0))
    if known:
        return known
    if status and (status >= 500 or status in {408, 425}):
        return _again(_OUTAGE)
    return _never(
        f"Le prestataire téléphonique a refusé, pour une raison inconnue ici (erreur {code or status})."
    )


def refusal(*, status: int, answer: object, headers: Mapping[str, str], writing: bool) -> TelephonyError:
    """Return the error for an answer that is no success.

    A 429 was never processed; a 5xx or a 408 to a write may have been (carrier reference §6). The carrier's
    own message is left out: it quotes telephone numbers.
    """
    code = _code(answer)
    advice = advice_for(code, status)
    asked = _seconds(headers.get("Retry-After"))
    return TelephonyError(
        advice.says,
        permanent=advice.permanent,
        code=code or _BY_STATUS.get(status),
        uncertain=writing and (status >= 500 or status == 408),
        retry_after=advice.retry_after if asked is None else asked,
    )


def _code(answer: object) -> int | None:
    code: Any = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) and code >= 10_000 else None


def _seconds(text: str | None) -> float | None:
    """Return a Retry-After given in seconds; None for a date or anything else."""
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
