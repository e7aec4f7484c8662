"""What each kind of alert says: what happened, and what to do next."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from hotline.services.desk.alerts import Shown


class Words(NamedTuple):
    """An alert in two sentences."""

    what: str
    advice: str


class _Kind(NamedTuple):
    what: LazyString
    advice: LazyString


WORDS: Final[Mapping[str, _Kind]] = {
    "difficult_call": _Kind(
        _l("%(volunteer)s signale un appel difficile : %(caller)s."),
        _l("Lisez ses mots, rappelez %(volunteer)s, puis décidez de la suite."),
    ),
    "volunteer_alert": _Kind(
        _l("%(volunteer)s a écrit ALERTE, sans que l’on sache pour quel appel."),
        _l("Rappelez %(volunteer)s tout de suite."),
    ),
    "caller_silent": _Kind(
        _l("%(caller)s ne répond plus aux appels."),
        _l("Assurez-vous que tout va bien : essayez vous-même, puis un proche ou la mairie."),
    ),
    "volunteer_silent": _Kind(
        _l("%(volunteer)s a oublié plusieurs appels de suite, le dernier pour %(caller)s."),
        _l("Prenez de ses nouvelles, puis confiez les appels à quelqu’un d’autre s’il le faut."),
    ),
    "handed_over": _Kind(
        _l("%(caller)s : la demande a changé de mains plusieurs fois."),
        _l("Choisissez vous-même un bénévole qui a le temps."),
    ),
    "nobody_takes": _Kind(
        _l("%(caller)s : personne n’a repris la demande depuis un jour."),
        _l("Confiez-la à la main, ou appelez vous-même."),
    ),
    "errand_nobody": _Kind(
        _l("%(caller)s : aucun bénévole ne peut aider sur place."),
        _l("Passez ce besoin à un partenaire, ou cherchez vous-même quelqu’un près de chez elle."),
    ),
    "uncovered": _Kind(
        _l("%(caller)s : l’appel n’a pas eu lieu, %(volunteer)s est en congé et personne ne remplace."),
        _l("Appelez vous-même, ou confiez l’appel à quelqu’un."),
    ),
    "need_reported": _Kind(
        _l("%(caller)s a besoin d’aide : un bénévole vient de le dire."),
        _l("Choisissez un partenaire sous « Orientations », ou appelez vous-même."),
    ),
    "need_waiting": _Kind(
        _l("%(caller)s : un besoin attend toujours d’être transmis à un partenaire."),
        _l("Choisissez un partenaire sous « Orientations », ou fermez le besoin s’il n’y en a plus."),
    ),
    "partner_silent": _Kind(
        _l("%(caller)s : le partenaire n’a toujours pas répondu."),
        _l("Téléphonez-lui, ou choisissez un autre partenaire sous « Orientations »."),
    ),
    "pin_guessing": _Kind(
        _l("Quelqu’un a essayé de nombreux codes PIN au téléphone."),
        _l("Aucun code n’est accepté pendant une heure. Si cela recommence, prévenez la technique."),
    ),
    "sign_in_guessing": _Kind(
        _l("Quelqu’un a essayé de nombreux mots de passe à l’entrée du bureau."),
        _l("Les essais sont ralentis. Si ce n’était personne de l’équipe, prévenez la technique."),
    ),
    "withdrawal": _Kind(
        _l("%(volunteer)s répond NON pour une personne qui lui est déjà confiée."),
        _l("Parlez-en avec %(volunteer)s avant de confier la personne à quelqu’un d’autre."),
    ),
    "not_understood": _Kind(
        _l("%(volunteer)s a écrit un SMS que la ligne n’a pas compris."),
        _l("Lisez-le, faites ce qu’il demande, et répondez."),
    ),
    "sms_ceiling": _Kind(
        _l("Le plafond de SMS de la journée est atteint."),
        _l("Les textes suivants partiront demain. Si le besoin est réel, relevez le plafond."),
    ),
    "call_ceiling": _Kind(
        _l("Les minutes d’appel de la journée sont épuisées : qui appelle laisse un message."),
        _l("Écoutez les messages. Si le besoin est réel, relevez le plafond sous « Coûts »."),
    ),
    "caller_minutes": _Kind(
        _l("%(caller)s a épuisé ses minutes d’appel de la journée, et laisse des messages jusqu’à demain."),
        _l("Écoutez son message et rappelez. Si le besoin est réel, relevez le plafond sous « Coûts »."),
    ),
    "volunteer_minutes": _Kind(
        _l("%(volunteer)s a épuisé ses minutes d’appel de la journée."),
        _l("Appelez pour savoir ce qui se passe ; au besoin, relevez le plafond sous « Coûts »."),
    ),
    "burst": _Kind(
        _l("%(caller)s appelle sans arrêt : plus personne ne sonne, les messages sont pris tout de suite."),
        _l("Écoutez le dernier message. Si quelqu’un est en détresse, rappelez ; sinon, posez une limite."),
    ),
    "burst_block": _Kind(
        _l("Beaucoup d’inconnus appellent de numéros qui se suivent : ils laissent un message."),
        _l("C’est sans doute un automate. Écoutez un message ou deux, et laissez passer."),
    ),
    "burst_withheld": _Kind(
        _l("Beaucoup d’appels en numéro masqué : ils laissent un message."),
        _l("Écoutez les messages : il y a peut-être quelqu’un d’isolé parmi eux."),
    ),
    "never_called": _Kind(
        _l("%(caller)s appelle d’un numéro étranger ou surtaxé, que la ligne n’appelle jamais."),
        _l("Écoutez le message. Pour rappeler, demandez un autre numéro, ou ajoutez le pays aux réglages."),
    ),
    "event_unreadable": _Kind(
        _l("Quelque chose d’illisible est arrivé pendant une panne : un appel, un message ou un SMS."),
        _l("Prévenez la technique : le fichier est mis de côté, et le rattrapage en retrouve le contenu."),
    ),
    "restored": _Kind(
        _l("La ligne a été restaurée à partir d’une sauvegarde."),
        _l("Ce que l’équipe a noté depuis est à refaire. Appels et SMS sont redemandés à l’opérateur."),
    ),
    "undialable": _Kind(
        _l("%(caller)s : la ligne ne peut pas appeler ce numéro."),
        _l("Corrigez le numéro dans sa fiche, ou appelez depuis un autre téléphone."),
    ),
    "voicemail_lost": _Kind(
        _l("%(caller)s : le son d’un message est perdu chez l’opérateur."),
        _l("Rappelez la personne et demandez-lui ce qu’elle voulait dire."),
    ),
    "text_failed": _Kind(
        _l("Un SMS n’est pas arrivé (destinataire : %(volunteer)s)."),
        _l("Vérifiez le numéro de mobile, ou téléphonez."),
    ),
    "caught_up": _Kind(
        _l("La ligne a retrouvé ce qu’elle avait manqué pendant une panne."),
        _l("Chaque appel et chaque message est dans sa fiche, à son heure : commencez par le plus ancien."),
    ),
    "volunteer_left": _Kind(
        _l("%(volunteer)s a quitté l’équipe depuis sa page."),
        _l("Ses personnes attendent déjà quelqu’un d’autre. Un mot de remerciement fait toujours plaisir."),
    ),
    "registered_again": _Kind(
        _l("%(volunteer)s avait quitté l’équipe et s’inscrit de nouveau."),
        _l("Relisez sa fiche et ses notes, puis décidez de l’accueillir ou non."),
    ),
    "volunteer_is_caller": _Kind(
        _l("%(volunteer)s s’inscrit comme bénévole avec le numéro de %(caller)s, que nous appelons."),
        _l("Voyez si c’est la même personne, et parlez-lui avant de l’accueillir."),
    ),
    "registration_flood": _Kind(
        _l("Beaucoup d’inscriptions viennent d’un même endroit."),
        _l("Elles sont ralenties. Si ce n’est pas une de vos réunions, prévenez la technique."),
    ),
    "registration_ceiling": _Kind(
        _l("Le plafond des codes d’inscription de la journée est atteint."),
        _l("Les inscriptions reprennent demain. Si vous en attendez beaucoup, relevez le plafond des SMS."),
    ),
    "mail_ceiling": _Kind(
        _l("Le plafond de courriels de la journée est atteint."),
        _l("Les suivants partiront demain. Si le besoin est réel, relevez le plafond."),
    ),
    "mail_failed": _Kind(
        _l("Un courriel n’est pas arrivé (%(volunteer)s ou %(caller)s)."),
        _l("Corrigez l’adresse dans la fiche, ou téléphonez."),
    ),
    "mail_stop": _Kind(
        _l("%(caller)s et %(volunteer)s s’écrivent, et l’un des deux ne veut plus de courriels (STOP)."),
        _l("Appelez pour convenir d’une autre façon de se parler."),
    ),
    "relay_blocked": _Kind(
        _l("%(caller)s et %(volunteer)s : un courriel n’a pas pu être transmis."),
        _l("Lisez-le dans la fiche, vérifiez les deux adresses, et appelez si cela presse."),
    ),
    "relay_ended": _Kind(
        _l("%(volunteer)s a écrit à %(caller)s alors que la correspondance est terminée."),
        _l("Lisez ce courriel, et répondez-y s’il le faut."),
    ),
    "relay_stranger": _Kind(
        _l("Quelqu’un d’autre a écrit à l’adresse que partagent %(caller)s et %(volunteer)s."),
        _l("Lisez ce courriel, qui n’est pas transmis : c’est peut-être une autre adresse de l’un des deux."),
    ),
    "volunteer_mail": _Kind(
        _l("%(volunteer)s a écrit un courriel."),
        _l("Lisez-le, faites ce qu’il demande, et répondez."),
    ),
    "volunteer_stop": _Kind(
        _l("%(volunteer)s ne veut plus de SMS (STOP)."),
        _l("Appelez pour convenir d’une autre façon de se joindre, ou d’une pause."),
    ),
}
_UNKNOWN: Final = _Kind(
    _l("La ligne signale « %(kind)s »."),
    _l("Regardez les fiches liées, puis fermez l’alerte."),
)


def said(shown: Shown) -> Words:
    """Return the sentences of an alert, with the names of those whom it is about."""
    caller = shown.caller
    names = {
        "kind": shown.alert.kind,
        "volunteer": shown.volunteer or gettext("une personne de l’équipe"),
        "caller": (caller and (caller.names or caller.number)) or gettext("une personne sans nom"),
    }
    what, advice = (str(words) % names for words in WORDS.get(shown.alert.kind, _UNKNOWN))
    return Words(what[:1].upper() + what[1:], advice)
