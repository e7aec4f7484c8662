"""Opening hours as a week with two stretches a day, and the expressions that say the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from hotline.web.volunteer.week import DAYS, days_of, written_days

_HOLIDAYS_OFF: Final = "PH off"
_DAY: Final = f"(?:{'|'.join(DAYS)})"
_SPAN: Final = r"\d\d:\d\d-\d\d:\d\d"
_RULE: Final = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) +(?P<spans>{_SPAN}(?:,{_SPAN})?)"
)

Span = tuple[time, time]


@dataclass(frozen=True)
class Week:
    """The stretches of seven days, two at most each; on public holidays the line may stay closed."""

    days: tuple[tuple[Span, ...], ...]
    closed_on_holidays: bool


def read(expression: str) -> Week | None:
    """The week that an expression means; None for what a week cannot show."""
    rules = [rule.strip() for rule in expression.split(";") if rule.strip()]
    closed = bool(rules) and rules[-1] == _HOLIDAYS_OFF
    days: list[tuple[Span, ...]] = [()] * len(DAYS)
    for rule in rules[:-1] if closed else rules:
        found = _RULE.fullmatch(rule)
        spans = _spans(found["spans"]) if found else None
        if found is None or spans is None:
            return None
        for day in days_of(found["days"]):
            if days[day]:
                return None
            days[day] = spans
    return Week(tuple(days), closed)


def write(week: Week) -> str:
    """The expression of a week; empty when no day has any hours."""
    kinds = list(dict.fromkeys(spans for spans in week.days if spans))
    rules = [f"{written_days(_days_with(week, spans))} {_written(spans)}" for spans in kinds]
    return "; ".join([*rules, *([_HOLIDAYS_OFF] if rules and week.closed_on_holidays else [])])


def _days_with(week: Week, spans: tuple[Span, ...]) -> Sequence[int]:
    return [day for day, held in enumerate(week.days) if held == spans]


def _written(spans: Sequence[Span]) -> str:
    return ",".join(f"{since:%H:%M}-{until:%H:%M}" for since, until in spans)


def _spans(written: str) -> tuple[Span, ...] | None:
    """Read stretches; None for what no clock shows, or for one that does not end after it began."""
    try:
        spans = tuple(
            (time.fromisoformat(since), time.fromisoformat(until))
            for since, _, until in (one.partition("-") for one in written.split(","))
        )
    except ValueError:
        return None
    ends = [moment for span in spans for moment in span]
    return spans if ends == sorted(set(ends)) else None
