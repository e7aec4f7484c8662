"""The words people answer with, folded as `commands.fold` does: no accents, no capitals, no punctuation.

A text is understood only when every word of it is known: add a phrase only if it can mean one thing.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a known phrase does to the reading of a text."""

    YES = "yes"
    NO = "no"
    DONE = "done"
    ABSENT = "absent"
    STOP = "stop"
    RESUME = "resume"
    HELP = "help"
    WITH_YES = "with yes"
    WITH_NO = "with no"
    WITH_REPORT = "with report"
    POLITE = "polite"
    REGRET = "regret"
    UNCLEAR = "unclear"


_PHRASES = {
    Role.YES: """
        oui, ouais, ouai, mais oui, ui, yes, yep, yeah, ok, okay, okey, oki, d accord, daccord, je
        suis d accord, dac, c est bon, c est ok, c est d accord, ca marche, ca me va, ca roule,
        entendu, volontiers, avec plaisir, avec joie, bien sur, bien entendu, bien volontiers,
        absolument, tout a fait, certainement, je prends, je le prends, je la prends, je prend, je
        veux bien, j accepte, je m en charge, je m en occupe, je suis disponible, je suis dispo, je
        suis partant, je suis partante, partant, partante, accepte, disponible, dispo, sure, of
        course, i can, i will, i ll do it, i ll take it, i accept, with pleasure, gladly, 👍, 👌
    """,
    Role.NO: """
        non, nan, nope, no, non dispo, non disponible, pas dispo, pas disponible, pas possible, pas
        libre, je ne suis pas disponible, je ne suis pas dispo, je suis pas dispo, je suis pas
        disponible, je ne suis pas libre, indisponible, indispo, je suis indisponible, impossible, c
        est impossible, ce n est pas possible, c est pas possible, ca ne va pas etre possible, ca va
        pas etre possible, je ne peux pas, je peux pas, je ne pourrai pas, je pourrai pas, je ne
        peux malheureusement pas, malheureusement je ne peux pas, je refuse, refuse, je decline, je
        passe mon tour, pas cette fois, pas cette fois ci, malheureusement non, helas non, i can t,
        i cannot, i can not, not available, i m not available, not possible, not this time,
        unavailable, 👎
    """,
    Role.DONE: """
        fait, c est fait, appel fait, appele, appelee, je l ai appele, je l ai appelee, j ai appele,
        c est appele, appel effectue, appel passe, appel termine, effectue, je l ai eu, je l ai eue,
        je l ai eu au telephone, je l ai eue au telephone, on s est parle, nous nous sommes parle,
        nous avons parle, done, called, i called
    """,
    Role.ABSENT: """
        absent, absente, abs, pas de reponse, aucune reponse, sans reponse, pas repondu, n a pas
        repondu, elle n a pas repondu, il n a pas repondu, elle a pas repondu, il a pas repondu, ne
        repond pas, elle ne repond pas, il ne repond pas, ca ne repond pas, ca repond pas, personne
        n a repondu, personne ne repond, repondeur, messagerie, boite vocale, tombe sur le
        repondeur, tombee sur le repondeur, je suis tombe sur le repondeur, je suis tombee sur le
        repondeur, injoignable, no answer, not answering, answering machine, voicemail
    """,
    Role.STOP: """
        stop, stopp, stop sms, stop all, stopall, stop tout, arret, arret sms, arreter, arretez,
        arrete, tout arreter, unsubscribe, opt out, optout, cancel, end, quit, revoke, desabonner,
        me desabonner, desabonnement, desinscription, desinscrire, me desinscrire
    """,
    Role.RESUME: "start, unstop, reprendre, reprise, je reprends, restart, recommencer",
    Role.HELP: "aide, help, info, infos, comment ca marche, que repondre, mode d emploi",
    Role.WITH_YES: """
        pas de probleme, pas de souci, sans probleme, sans souci, aucun probleme, no problem, tres
        bien, parfait, super, genial, je l appelle, je vais l appeler, je peux, je peux l appeler,
        avec grand plaisir, please
    """,
    Role.WITH_NO: """
        malheureusement, helas, cette fois, cette fois ci, aujourd hui, demain, ce soir, cette
        semaine, en ce moment, pour le moment, je suis malade, je suis en vacances, je suis absent,
        je suis absente, je travaille, pas aujourd hui, pas demain, pas cette semaine, this time,
        this week, today
    """,
    Role.WITH_REPORT: """
        ce matin, hier, hier soir, hier matin, hier apres midi, cet apres midi, a l instant, tout va
        bien, tout s est bien passe, ca s est bien passe, elle va bien, il va bien, this morning,
        yesterday, j ai laisse un message, message laisse, je rappellerai, je reessaierai, je
        reessaie demain, je rappelle demain
    """,
    Role.POLITE: """
        merci, merci beaucoup, merci bien, merci a vous, bonjour, bonsoir, salut, coucou, hello, hi,
        bonne journee, bonne soiree, bon week end, a vous, a bientot, a vous aussi, svp, stp, s il
        vous plait, s il te plait, cordialement, bien a vous, bisous, bises, madame, monsieur,
        thanks, thank you, thanks a lot, kind regards,
        🙏, 😊, 🙂, 😀, 😃, 😄, 😁, 😉, 😇, 🤗, ☺, ❤, 💐, 🌸, 🌷,
        🌹, 🌻, ☀, ✨
    """,
    Role.REGRET: """
        desole, desolee, je suis desole, je suis desolee, vraiment desole, vraiment desolee, je
        regrette, pardon, sorry, i m sorry, 😢, 😔, 😞, 😕, 🙁, ☹
    """,
    Role.UNCLEAR: """
        c est bon merci, merci c est bon, ca va merci, bien sur que non, mais non
    """,
}

PHRASES: dict[tuple[str, ...], Role] = {
    tuple(phrase.split()): role for role, listed in _PHRASES.items() for phrase in listed.split(",")
}
ALERTS = frozenset({"alerte", "alert", "urgence", "urgent", "🚨", "🆘"})
DOUBTS = frozenset(
    {"mais", "pas", "ne", "n", "non", "jamais", "rien", "demain", "sauf", "but", "not", "pourtant"}
)
UNITS = frozenset(
    {"jour", "jours", "heure", "heures", "h", "min", "mn", "minute", "minutes", "semaine", "semaines", "mois"}
    | {
        "an",
        "ans",
        "annee",
        "annees",
        "fois",
        "euro",
        "euros",
        "eme",
        "e",
        "er",
        "day",
        "days",
        "week",
        "weeks",
    }
)
NUMBER_WORDS = frozenset({"n", "numero", "num", "ref", "reference", "demande"})
