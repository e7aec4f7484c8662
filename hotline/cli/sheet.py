"""What `volunteer import` and `shift import` print: every row, then what it comes to."""

from collections import Counter

from hotline.cli import printing
from hotline.services.sheets import Outcome, RowReport, SheetReport

_WORDS = {
    Outcome.CREATED: "ajouté",
    Outcome.UPDATED: "mis à jour",
    Outcome.UNCHANGED: "inchangé",
    Outcome.SKIPPED: "passé",
    Outcome.REFUSED: "refusé",
    Outcome.HELD_BACK: "valable, laissé de côté",
}
_TOTALS = {
    Outcome.CREATED: "ligne ajoutée",
    Outcome.UPDATED: "ligne mise à jour",
    Outcome.UNCHANGED: "ligne inchangée",
    Outcome.SKIPPED: "ligne passée",
    Outcome.REFUSED: "ligne refusée",
    Outcome.HELD_BACK: "ligne laissée de côté",
}


def tell(report: SheetReport) -> None:
    """Print what became of each row, and of the file."""
    printing.marks((_line(row), row.outcome is not Outcome.REFUSED) for row in report.rows)
    if report.ignored_columns:
        printing.say(f"Colonnes inconnues, non lues : {', '.join(report.ignored_columns)}.")
    totals = Counter(row.outcome for row in report.rows)
    counts = ((totals[outcome], word) for outcome, word in _TOTALS.items())
    printing.say(f"En tout : {', '.join(printing.count(count, word) for count, word in counts if count)}.")


def _line(row: RowReport) -> str:
    details = " : ".join(detail for detail in (row.who, row.reason) if detail)
    return f"ligne {row.number} : {_WORDS[row.outcome]}" + (f" : {details}" if details else "")


def refusal(report: SheetReport) -> str:
    """Return what to say of a file of which nothing was imported."""
    refused = printing.count(report.count(Outcome.REFUSED), "ligne refusée")
    return (
        f"rien n'a été importé, à cause de {refused} : corrigez le fichier, "
        "ou ajoutez --skip-bad pour importer le reste"
    )
