"""How an import writes: many rows at a time, with what each was before, so that all can be taken back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Column, ColumnElement, Enum, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.db import UtcDateTime
from hotline.models import Import, ImportedRow, Partner, Phone, Volunteer
from hotline.phone import PhoneNumber

AT_ONCE: Final = 500
_NOT_KEPT: Final = frozenset({"id", "created_at", "pin_index", "email_index"})

Model = type[Volunteer] | type[Partner]
_KEYS: Final[Mapping[Model, str]] = {Volunteer: "phone_id", Partner: "platform_id"}
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Change:
    """What one row of a sheet does: to `known`, or a new row; `phone` is the number it then has."""

    number: int
    model: Model
    known: Volunteer | Partner | None
    values: Mapping[str, Any]
    phone: PhoneNumber | None = None


def begin(session: Session, at: datetime, *, kind: str, name: str, author: str, skipped: int) -> Import:
    """Open the record of an import; `at` is also when the telephones that it makes were made."""
    record = Import(kind=kind, name=name, author=author, at=at, created=0, updated=0, skipped=skipped)
    session.add(record)
    session.flush()
    return record


def write(
    session: Session, changes: Sequence[Change], at: datetime, record: Import | None = None
) -> dict[int, int]:
    """Carry changes out, noted in the record if there is one; return the ids of new rows by line."""
    phones = _phones(session, [change.phone for change in changes if change.phone], at)
    noted = [_updated(change, change.known, phones) for change in changes if change.known is not None]
    session.flush()
    made: dict[int, int] = {}
    for model in _KEYS:
        new = {one.number: one for one in changes if one.known is None and one.model is model}
        rows = {number: _blank(model) | _values(change, phones) for number, change in new.items()}
        made |= _inserted(session, model, rows, at)
        noted += [_noted(model, made[number], None, _after(model, row)) for number, row in rows.items()]
    if record is not None and noted:
        session.execute(insert(ImportedRow), [{"import_id": record.id, **row} for row in noted])
    return made


def kept(model: Model) -> list[Column[Any]]:
    """Return the columns of which an import keeps what they held."""
    return [column for column in _table(model).columns if column.name not in _NOT_KEPT]


def plain(value: object) -> object:
    """Return a column's value as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime) else value


def whole(column: ColumnElement[Any], value: Any) -> Any:
    """Return again the column's value of which `plain` made this."""
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    enum = column.type.enum_class if isinstance(column.type, Enum) else None
    return enum(value) if enum else value


def portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield some hundred items at a time."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _values(change: Change, phones: Mapping[str, int]) -> dict[str, Any]:
    """Return the columns that a change writes, with what follows from them."""
    values = dict(change.values)
    if change.phone is not None:
        values["phone_id"] = phones[change.phone.e164]
    if "email" in values and change.model is Volunteer:
        values["email_index"] = (values["email"] or "").lower() or None
    return values


def _updated(change: Change, known: Volunteer | Partner, phones: Mapping[str, int]) -> dict[str, Any]:
    """Write a change into the row that is known, and return what the record keeps of it."""
    values = _values(change, phones)
    names = [name for name in values if name not in _NOT_KEPT]
    before = {name: plain(getattr(known, name)) for name in names}
    for name, value in values.items():
        setattr(known, name, value)
    return _noted(change.model, known.id, before, {name: plain(values[name]) for name in names})


def _inserted(
    session: Session, model: Model, rows: Mapping[int, dict[str, Any]], at: datetime
) -> dict[int, int]:
    """Insert rows and return their ids by line, found again by what is theirs alone."""
    if not rows:
        return {}
    table = _table(model)
    session.execute(insert(table), [row | {"created_at": at} for row in rows.values()])
    key = table.c[_KEYS[model]]
    keys = [row[key.name] for row in rows.values()]
    found = session.execute(select(key, table.c.id).where(key.in_(keys)))
    ids: dict[Any, int] = dict(found.all())
    return {number: ids[row[key.name]] for number, row in rows.items()}


def _table(model: Model) -> Table:
    return cast("Table", model.__table__)


@cache
def _defaults(model: Model) -> Mapping[str, Any]:
    columns = [column for column in _table(model).columns if column.name not in {"id", "created_at"}]
    return {column.name: getattr(column.default, "arg", None) for column in columns}


def _blank(model: Model) -> dict[str, Any]:
    """Return a row of which nothing is known yet."""
    return dict(_defaults(model))


def _after(model: Model, row: Mapping[str, Any]) -> dict[str, object]:
    return {column.name: plain(row[column.name]) for column in kept(model)}


def _noted(
    model: Model, identifier: int, before: dict[str, object] | None, after: dict[str, object]
) -> dict[str, Any]:
    of = (identifier, None) if model is Volunteer else (None, identifier)
    return {"volunteer_id": of[0], "partner_id": of[1], "before": before, "after": after}


def _phones(session: Session, numbers: Sequence[PhoneNumber], at: datetime) -> dict[str, int]:
    """Return the telephones with these numbers, made at first sight, by number."""
    wanted = {number.e164: number for number in numbers}
    found = _known_phones(session, list(wanted))
    new = [
        {
            "number": e164,
            "number_index": e164,
            "textable": number.textable,
            "telemarketing": number.telemarketing,
            "created_at": at,
        }
        for e164, number in wanted.items()
        if e164 not in found
    ]
    if not new:
        return found
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    once = dialect.insert(Phone.__table__).on_conflict_do_nothing(index_elements=["number_index"])
    session.execute(once, new)
    return found | _known_phones(session, [number for number in wanted if number not in found])


def _known_phones(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in portions(numbers):
        rows = session.execute(select(Phone.number, Phone.id).where(Phone.number_index.in_(some)))
        found |= dict(rows.all())
    return found
