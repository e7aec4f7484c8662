"""The English catalogue of the pages: its keys are the French sentences in our code and templates.

`make translate` gathers every sentence, lists those without English, and compiles the catalogue.
"""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "hotline/web/translations/en/LC_MESSAGES/desk.po"
_HEAD = "# The pages in English; the keys are their French sentences. See `make translate`."
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_n": (1, 2)}


def gathered() -> Catalog:
    """Return every sentence that a page may show, without places, so that moving code changes nothing."""
    catalogue = Catalog(project="On se parle !!", charset="utf-8")
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT / "hotline/web"), _METHODS, keywords=_KEYWORDS, options_map={}
    ):
        catalogue.add(message)
    return catalogue


def read() -> Catalog:
    """Return the catalogue as it is kept; an empty one at first."""
    if not CATALOGUE.exists():
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        return Catalog(locale="en", project="On se parle !!", header_comment=_HEAD, fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def missing(catalogue: Catalog) -> list[str]:
    """Return the sentences that have no English yet, or not in both numbers."""
    return [_texts(message.id)[0] for message in catalogue if message.id and not all(_texts(message.string))]


def _texts(one: Any) -> list[str]:
    return [one] if isinstance(one, str) else list(one or [""])


def written(catalogue: Catalog) -> bytes:
    """Return the catalogue as text, sorted by its sentences."""
    stream = io.BytesIO()
    write_po(stream, catalogue, omit_header=False, sort_output=True, width=110, ignore_obsolete=True)
    kept = (line for line in stream.getvalue().splitlines(keepends=True) if b"-Date:" not in line)
    return b"".join(line for line in kept if b"Generated-By" not in line)


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it, the same whenever it is made."""
    catalogue.creation_date = catalogue.revision_date = _ANY_DAY
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def main() -> None:
    """Bring the catalogue up to the sentences of today."""
    catalogue = read()
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    CATALOGUE.write_bytes(written(catalogue))
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(catalogue))
    for sentence in missing(catalogue):
        print(sentence)
    print(f"{len(catalogue)} phrases, {len(missing(catalogue))} sans anglais.")


if __name__ == "__main__":
    main()
