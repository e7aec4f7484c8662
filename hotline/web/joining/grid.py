"""The week as a grid of days and parts of the day, and the opening-hours expressions that say the same."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from hotline.services.desk.availability import PARTS
from hotline.web.volunteer.week import DAYS, days_of, written_days

Box = tuple[int, int]
"""A day of the week from Monday, 0, and a part of `PARTS`."""

_DAY: Final = f"(?:{'|'.join(DAYS)})"
_RULE: Final = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) +(?P<spans>\d\d:00-\d\d:00(?:,\d\d:00-\d\d:00)*)"
)
_SPAN: Final = re.compile(r"(\d\d):00-(\d\d):00")
_BEGINS: Final = {since: part for part, (since, _until) in enumerate(PARTS)}
_ENDS: Final = {until: part for part, (_since, until) in enumerate(PARTS)}


def write(boxes: Collection[Box]) -> str:
    """The expression of the boxes that are ticked; empty, which means always, when none is."""
    by_day = {day: _spans(sorted(part for on, part in boxes if on == day)) for day in range(len(DAYS))}
    kinds = dict.fromkeys(spans for spans in by_day.values() if spans)
    return "; ".join(
        f"{written_days([day for day, spans in by_day.items() if spans == kind])} {kind}" for kind in kinds
    )


def read(expression: str) -> frozenset[Box] | None:
    """The boxes of an expression; None for what they cannot show."""
    boxes: set[Box] = set()
    for rule in expression.split(";") if expression.strip() else ():
        found = _RULE.fullmatch(rule.strip())
        parts = list(_parts(found["spans"])) if found else [None]
        if found is None or None in parts:
            return None
        boxes |= {(day, part) for day in days_of(found["days"]) for part in parts if part is not None}
    return frozenset(boxes)


def _spans(parts: Sequence[int]) -> str:
    """Write parts in order as stretches: those that touch are one."""
    spans: list[list[int]] = []
    for part in parts:
        since, until = PARTS[part]
        if spans and spans[-1][1] == since:
            spans[-1][1] = until
        else:
            spans.append([since, until])
    return ",".join(f"{since:02}:00-{until:02}:00" for since, until in spans)


def _parts(spans: str) -> Iterator[int | None]:
    """The parts that make up each stretch, None for one that they do not."""
    for since, until in _SPAN.findall(spans):
        first, last = _BEGINS.get(int(since)), _ENDS.get(int(until))
        if first is None or last is None or last < first:
            yield None
        else:
            yield from range(first, last + 1)
