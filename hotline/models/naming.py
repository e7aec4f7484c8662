"""What finds a caller by name: the beginnings of every word of their names, keyed and always in step.

The mapper's events see every writer, whoever it is. A statement that writes `callers.names` past them
(`update(Caller)`, `insert(Caller)`) is not allowed; a rule in the tests says so.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from sqlalchemy import Connection, delete, event, exists, insert, inspect, select
from sqlalchemy.orm import Mapper

from hotline.models.desk import Merge, NameToken
from hotline.models.people import Caller
from hotline.models.status import CallerState

SHORTEST, LONGEST = 3, 12
_MOST_WORDS = 12
_AT_ONCE = 500
_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_UNDIVIDED = re.compile(f"[{''.join(_LETTERS)}]")
_BEYOND_LATIN = re.compile("[^\x00-\u02ff]+")
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the words of a name without case nor accents, apart at spaces, hyphens and apostrophes."""
    return _WORD.findall(bare(text))


def bare(text: str) -> str:
    """Return a text without case nor accents."""
    text = text.casefold()
    if text.isascii():
        return text
    whole = _UNDIVIDED.sub(lambda letter: _LETTERS[letter[0]], text)
    marks, plain = _marks(), unicodedata.normalize("NFKD", whole).casefold()
    return _BEYOND_LATIN.sub(lambda some: some[0].translate(marks), plain)


@cache
def _marks() -> dict[int, None]:
    """Every mark that stands behind its letter, to be taken out."""
    return dict.fromkeys(code for code in range(0x300, 0x20000) if unicodedata.combining(chr(code)))


def token(word: str) -> str:
    """Return what is looked up for the beginning of a word: its first letters, twelve at most."""
    return word[:LONGEST]


def tokens(names: str) -> frozenset[str]:
    """Return all that finds these names: each word's beginnings from three letters on, a short word whole."""
    return frozenset(
        word[:length]
        for word in words(names)[:_MOST_WORDS]
        for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1)
    )


def index_names(connection: Connection, caller_id: int) -> None:
    """Write anew what finds a caller: their names, and those of the files that were merged into theirs."""
    wanted = {found for names in _names(connection, caller_id) for found in tokens(names)}
    connection.execute(delete(NameToken).where(NameToken.caller_id == caller_id))
    if wanted:
        connection.execute(
            insert(NameToken), [{"token": found, "caller_id": caller_id} for found in sorted(wanted)]
        )


def index_missing(connection: Connection, after: int = 0) -> int | None:
    """Index some hundred callers who have names and no index; return the last one's id, None at the end."""
    missing = (
        select(Caller.id)
        .where(
            Caller.id > after,
            Caller.names.is_not(None),
            Caller.state != CallerState.MERGED,
            ~exists().where(NameToken.caller_id == Caller.id),
        )
        .order_by(Caller.id)
        .limit(_AT_ONCE)
    )
    found = connection.scalars(missing).all()
    for caller_id in found:
        index_names(connection, caller_id)
    return found[-1] if found else None


def _names(connection: Connection, caller_id: int) -> Iterator[str]:
    row = connection.execute(select(Caller.names, Caller.state).where(Caller.id == caller_id)).one()
    if row.state is not CallerState.MERGED:
        yield from _also(connection, caller_id, row.names)


def _also(connection: Connection, caller_id: int, names: str | None) -> Iterator[str]:
    if names:
        yield names
    merged = (
        select(Caller.id, Caller.names)
        .join(Merge, Merge.merged_id == Caller.id)
        .where(Merge.kept_id == caller_id, Merge.undone_at.is_(None))
    )
    for row in connection.execute(merged).all():
        yield from _also(connection, row.id, row.names)


@event.listens_for(Caller, "after_insert")
def _on_insert(_mapper: Mapper[Caller], connection: Connection, caller: Caller) -> None:
    if caller.names:
        index_names(connection, caller.id)


@event.listens_for(Caller, "after_update")
def _on_update(_mapper: Mapper[Caller], connection: Connection, caller: Caller) -> None:
    changes = inspect(caller).attrs
    if changes.names.history.has_changes() or changes.state.history.has_changes():
        index_names(connection, caller.id)
