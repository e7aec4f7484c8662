"""What is wrong with the settings, as sentences for whoever installs the line."""

from collections.abc import Iterable

from pydantic import ValidationError

from hotline.errors import HotlineError

_SENTENCES = {
    "missing": "manque",
    "extra_forbidden": "n'est pas un réglage connu : vérifiez l'orthographe",
    "int_parsing": "doit être un nombre entier",
    "int_type": "doit être un nombre entier",
    "bool_parsing": "doit valoir 1 ou 0",
    "string_type": "doit être un texte entre guillemets",
    "list_type": "doit être une liste entre crochets",
    "date_from_datetime_parsing": "doit être une date comme 2026-12-24",
    "date_type": "doit être une date comme 2026-12-24",
    "model_type": "doit être une section, comme [hours]",
    "dict_type": "doit être une section, comme [hours]",
}


class SettingsError(HotlineError):
    """Every fault found in the settings, one sentence each, in `faults`."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("Réglages à corriger :\n" + "\n".join(f"  - {fault}" for fault in self.faults))


def sentences(error: ValidationError, where: str = "") -> list[str]:
    """Turn what pydantic found into sentences that name the setting."""
    return [_sentence(dict(detail), where) for detail in error.errors()]


def _sentence(detail: dict[str, object], where: str) -> str:
    location = detail["loc"]
    parts = [str(part) for part in location] if isinstance(location, tuple) else []
    name = where + ".".join(parts)
    kind, message = str(detail["type"]), str(detail["msg"])
    if kind == "value_error":
        return f"{name} {message.removeprefix('Value error, ')}"
    if kind.startswith("greater_than"):
        return f"{name} est trop petit"
    return f"{name} {_SENTENCES.get(kind, f'est invalide ({message})')}"
