"""What is written to whoever looks after the line: what is wrong, and what is well again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from callflows import gsm

_WELL: Final[Mapping[str, str]] = {
    "backup": "Une sauvegarde a été faite.",
    "callbacks": "Plus aucun rappel n'est en retard.",
    "carrier": "L'opérateur téléphonique répond de nouveau.",
    "clock": "L'horloge tourne de nouveau.",
    "hours": "Les horaires se lisent de nouveau.",
    "mailbox": "La boîte aux lettres se relève de nouveau.",
    "outbox": "Plus rien n'attend trop longtemps pour partir.",
    "smtp": "Le serveur de courriels prend de nouveau nos courriels.",
    "spool": "Plus rien n'attend d'être rejoué.",
    "store": "Le dépôt des enregistrements fonctionne de nouveau.",
    "sweep": "Le rattrapage auprès de l'opérateur est fait.",
    "voicemails": "Plus aucun message vocal n'attend trop longtemps.",
}
_MEND: Final = "« hotline check » dit tout ; docs/runbook.md dit que faire."
_ONE_TEXT: Final = 157
_ONCE: Final = "Un message part quand un problème commence, un autre quand il est fini."


@dataclass(frozen=True)
class Letter:
    """A mail's subject and words, and the same as one text."""

    subject: str
    body: str
    text: str


def letter(association: str, status: str, wrong: Mapping[str, Sequence[str]], well: Sequence[str]) -> Letter:
    """Return what to write: for each check what it says is wrong, and the checks that are well again.

    `status` is the address at which anybody may see how the line is.
    """
    faults = [says for check in sorted(wrong) for says in wrong[check] or [f"Ne va pas : {check}."]]
    mended = [_WELL.get(check, f"Va de nouveau : {check}.") for check in sorted(well)]
    parts = [_list("La ligne a besoin de quelqu'un :", faults), _list("C'est réparé :", mended)]
    foot = f"Comment va la ligne : {status}\n{_MEND}\n{_ONCE}"
    said = " ".join([*faults, *mended])
    return Letter(
        subject=f"{association} : {_subject(faults)}",
        body="\n\n".join([part for part in parts if part] + [foot]) + "\n",
        text=_one_text(f"{association} : {said}"),
    )


def _list(heading: str, sentences: Sequence[str]) -> str:
    return "\n".join([heading, *(f"- {each}" for each in sentences)]) if sentences else ""


def _subject(faults: Sequence[str]) -> str:
    if not faults:
        return "c'est réparé"
    return "la ligne a besoin de quelqu'un" if len(faults) == 1 else f"{len(faults)} choses ne vont pas"


def _one_text(said: str) -> str:
    """Return as much as one text holds."""
    plain = gsm.plain(said)
    if gsm.segments(plain).count == 1:
        return plain
    cut = plain[:_ONE_TEXT]
    while gsm.segments(f"{cut}...").count > 1:
        cut = cut[:-1]
    return f"{cut.rstrip(' .')}..."
