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
    BACK = "back"
    HELP = "help"
    LINK = "link"
    WITH_YES = "with yes"
    WITH_NO = "with no"
    WITH_REPORT = "with report"
    WITH_DONE = "with done"
    TODAY = "today"
    POLITE = "polite"
    REGRET = "regret"
    ANGER = "anger"
    UNCLEAR = "unclear"


_PHRASES = {
    Role.YES: """
        oui, ouais, ouai, ouii, ouiii, ouiiii, mais oui, ui, yes, yep, yeah, yup, ok, okay, okey,
        oki, okk, d accord, daccord, je suis d accord, dac, c est bon, c est ok, c est d accord, c
        est parti, ca marche, ca me va, ca roule, entendu, volontiers, avec plaisir, avec grand
        plaisir, avec joie, bien sur, bien entendu, bien volontiers, absolument, tout a fait,
        certainement, affirmatif, je prends, je le prends, je la prends, je prend, je prends cet
        appel, je prends l appel, je veux bien, je veux bien l appeler, j accepte, j accepte l
        appel, je m en charge, je m en occupe, je suis disponible, je suis dispo, je suis libre,
        je suis partant, je suis partante, partant, partante, accepte, disponible, dispo, comptez
        sur moi, tu peux compter sur moi, vous pouvez compter sur moi, sure, of course, i can, i
        will, i ll do it, i ll take it, i accept, with pleasure, gladly, count me in, 👍, 👌
    """,
    Role.NO: """
        non, nan, nope, no, negatif, non dispo, non disponible, pas dispo, pas disponible, pas
        possible, pas libre, je ne suis pas disponible, je ne suis pas dispo, je suis pas dispo,
        je suis pas disponible, je ne suis pas libre, je suis pas libre, je ne serai pas
        disponible, je ne serai pas dispo, je ne suis malheureusement pas disponible,
        indisponible, indispo, je suis indisponible, je suis indispo, impossible, c est
        impossible, ce n est pas possible, c est pas possible, ce sera pas possible, ce ne sera
        pas possible, ca ne va pas etre possible, ca va pas etre possible, ca ne va pas le faire,
        je ne peux pas, je peux pas, je ne pourrai pas, je pourrai pas, je ne peux malheureusement
        pas, malheureusement je ne peux pas, je ne peux pas l appeler, je ne pourrai pas l
        appeler, je ne peux pas m en occuper, je ne peux pas prendre cet appel, je refuse, refuse,
        je decline, je passe mon tour, je passe pour cette fois, pas cette fois, pas cette fois
        ci, pas ce coup ci, malheureusement non, helas non, i can t, i cannot, i can not, i won t
        be able to, not available, i m not available, not possible, not this time, unavailable, 👎
    """,
    Role.DONE: """
        fait, c est fait, voila c est fait, appel fait, appele, appelee, rappele, rappelee, je l
        ai appele, je l ai appelee, je l ai rappele, je l ai rappelee, j ai appele, j ai rappele,
        c est appele, appel effectue, appel passe, appel termine, effectue, je l ai eu, je l ai
        eue, je l ai eu au telephone, je l ai eue au telephone, eu au telephone, eue au telephone,
        je viens de l appeler, je viens de l avoir, je viens de l avoir au telephone, on s est
        parle, nous nous sommes parle, nous avons parle, on a parle, on a bien discute, nous avons
        bien discute, done, all done, called, i called, i called her, i called him, we talked
    """,
    Role.ABSENT: """
        absent, absente, abs, pas de reponse, aucune reponse, toujours pas de reponse, sans
        reponse, appel sans reponse, pas de reponse aujourd hui, pas de reponse ce soir, pas
        repondu, n a pas repondu, elle n a pas repondu, il n a pas repondu, elle a pas repondu, il
        a pas repondu, ne repond pas, elle ne repond pas, il ne repond pas, elle repond pas, il
        repond pas, ca ne repond pas, ca repond pas, pas decroche, n a pas decroche, elle n a pas
        decroche, il n a pas decroche, elle ne decroche pas, il ne decroche pas, personne n a
        repondu, personne ne repond, personne au bout du fil, ca sonne dans le vide, sonne dans le
        vide, ligne occupee, ca sonne occupe, repondeur, messagerie, boite vocale, tombe sur le
        repondeur, tombee sur le repondeur, je suis tombe sur le repondeur, je suis tombee sur le
        repondeur, je tombe sur le repondeur, je tombe sur la messagerie, injoignable, pas
        joignable, je n ai pas reussi a la joindre, je n ai pas reussi a le joindre, pas reussi a
        la joindre, pas reussi a le joindre, no answer, no reply, not answering, she didn t
        answer, he didn t answer, nobody answered, answering machine, voicemail
    """,
    Role.STOP: """
        stop, stopp, stop sms, stop pub, stop all, stopall, stop tout, stop aux sms, arret, arret
        sms, arreter, arretez, arrete, tout arreter, arreter les sms, arretez les sms, arretez de
        m ecrire, ne m ecrivez plus, ne plus m ecrire, plus de sms, je ne veux plus de sms, je ne
        veux plus recevoir de sms, je ne souhaite plus recevoir de sms, unsubscribe, opt out,
        optout, cancel, end, quit, revoke, desabonner, me desabonner, desabonnez moi,
        desabonnement, desinscription, desinscrire, me desinscrire, desinscrivez moi
    """,
    Role.RESUME: "start, unstop, reprendre, reprise, je reprends, restart, recommencer",
    Role.BACK: """
        fin de pause, fin de la pause, fin pause, stop pause, pause terminee, pause finie, ma
        pause est terminee, ma pause est finie, de retour, je suis de retour, je suis revenu, je
        suis revenue, me revoila, je reprends les appels, reprendre les appels, reprise des
        appels, i m back, back, resume
    """,
    Role.HELP: """
        aide, help, info, infos, comment ca marche, comment faire, que repondre, mode d emploi,
        how does it work
    """,
    Role.LINK: """
        lien, le lien, mon lien, un lien, page, ma page, la page, lien page, lien de ma page, le
        lien de ma page, mon agenda, mon calendrier, envoyez moi le lien, envoyez moi un lien,
        envoyez moi mon lien, renvoyez moi le lien, renvoyez moi mon lien, je veux bien le lien,
        link, my link, the link, my page, send me the link, send me my link
    """,
    Role.WITH_YES: """
        pas de probleme, pas de souci, pas de soucis, sans probleme, sans souci, aucun probleme,
        aucun souci, no problem, tres bien, parfait, super, genial, top, nickel, je confirme, je l
        appelle, je vais l appeler, je peux, je peux l appeler, je peux m en occuper
    """,
    Role.WITH_NO: """
        malheureusement, helas, cette fois, cette fois ci, demain, cette semaine, en ce moment,
        pour le moment, pour l instant, je suis malade, je suis en vacances, je suis absent, je
        suis absente, je travaille, je suis au travail, je suis en deplacement, je suis debordee,
        je suis deborde, pas aujourd hui, pas demain, pas cette semaine, pas ce soir, this time,
        this week
    """,
    Role.WITH_REPORT: """
        ce matin, ce midi, hier, hier soir, hier matin, hier apres midi, cet apres midi, a l
        instant, avant hier, this morning, yesterday, last night, j ai laisse un message, message
        laisse, je rappellerai, je reessaierai, je reessaie demain, je rappelle demain, i left a
        message, ☎, 📞
    """,
    Role.WITH_DONE: """
        lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche, tout va bien, tout s est bien
        passe, ca s est bien passe, elle va bien, il va bien, elle etait contente, il etait
        content, she is fine, he is fine, ✅, ✔
    """,
    Role.TODAY: "aujourd hui, ce soir, today, tonight",
    Role.POLITE: """
        merci, merci beaucoup, merci bien, merci a vous, bonjour, bonsoir, salut, coucou, hello, hi,
        bonne journee, bonne soiree, bon week end, a vous, a bientot, a vous aussi, svp, stp, s il
        vous plait, s il te plait, cordialement, bien cordialement, bien a vous, bisous, bises,
        madame, monsieur, thanks, thank you, thanks a lot, kind regards, please,
        🙏, 😊, 🙂, 😀, 😃, 😄, 😁, 😉, 😇, 🤗, ☺, ❤, 💐, 🌸, 🌷,
        🌹, 🌻, ☀, ✨, 💪, 🥰, 😘, 🎉
    """,
    Role.REGRET: """
        desole, desolee, je suis desole, je suis desolee, vraiment desole, vraiment desolee, je
        regrette, pardon, sorry, i m sorry, 😢, 😔, 😞, 😕, 🙁, ☹
    """,
    Role.ANGER: "😡, 😠, 🤬",
    Role.UNCLEAR: """
        c est bon merci, merci c est bon, ca va merci, bien sur que non, mais non
    """,
}

PHRASES: dict[tuple[str, ...], Role] = {
    tuple(phrase.split()): role for role, listed in _PHRASES.items() for phrase in listed.split(",")
}
ALERTS = frozenset({"alerte", "alert", "urgence", "urgent", "sos", "🚨", "🆘"})
AWAY = tuple(
    tuple(opener.split())
    for opener in (
        "pause",
        "en pause",
        "je suis en pause",
        "je fais une pause",
        "vacances",
        "en vacances",
        "je suis en vacances",
        "je serai en vacances",
        "je pars en vacances",
        "conges",
        "en conges",
        "je suis en conges",
        "je serai en conges",
        "on holiday",
        "i m on holiday",
    )
)
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
