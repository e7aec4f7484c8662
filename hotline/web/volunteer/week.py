"""Hours as a volunteer enters them, and the opening-hours expressions that say the same."""

import re
from collections.abc import Iterator, Sequence
from datetime import time
from itertools import groupby

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Span = tuple[time, time]
Week = tuple[Span | None, ...]

_DAY = f"(?:{'|'.join(DAYS)})"
_RULE = re.compile(
    rf"(?:(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) +)?"
    r"(?P<since>[01]\d|2[0-3]):(?P<since_minute>[0-5]\d)-(?P<until>[01]\d|2[0-3]):(?P<until_minute>[0-5]\d)"
)


def read_week(expression: str) -> Week | None:
    """The seven days of an expression, one stretch at most each; None for what those cannot show."""
    week: list[Span | None] = [None] * len(DAYS)
    for rule in expression.split(";"):
        found = _RULE.fullmatch(rule.strip())
        if found is None:
            return None
        span = _span(found)
        for day in days_of(found["days"] or "Mo-Su"):
            if week[day] is not None or span[0] >= span[1]:
                return None
            week[day] = span
    return tuple(week)


def write_week(week: Week) -> str:
    """The expression of seven days; empty, which means always, when no day has any hours."""
    spans = sorted({span for span in week if span is not None}, key=week.index)
    return "; ".join(
        f"{written_days([day for day, held in enumerate(week) if held == span])} {write_daily(span)}"
        for span in spans
    )


def read_daily(expression: str) -> Span | None:
    """The one stretch that an expression means every day, over midnight or not; None for anything else."""
    found = _RULE.fullmatch(expression.strip())
    if found is None or (found["days"] or "Mo-Su") != "Mo-Su":
        return None
    span = _span(found)
    return None if span[0] == span[1] else span


def write_daily(span: Span) -> str:
    """The expression of one stretch every day."""
    return f"{span[0]:%H:%M}-{span[1]:%H:%M}"


def _span(found: re.Match[str]) -> Span:
    return (
        time(int(found["since"]), int(found["since_minute"])),
        time(int(found["until"]), int(found["until_minute"])),
    )


def days_of(written: str) -> Iterator[int]:
    """The days of "Mo-We,Sa" in order; a range may pass over Sunday."""
    for part in written.split(","):
        first, _, last = part.partition("-")
        start = DAYS.index(first)
        for step in range((DAYS.index(last or first) - start) % len(DAYS) + 1):
            yield (start + step) % len(DAYS)


def written_days(days: Sequence[int]) -> str:
    """Days in order as "Mo-We,Sa"."""
    runs = (
        [day for _, day in run] for _, run in groupby(enumerate(days), key=lambda entry: entry[1] - entry[0])
    )
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
