"""Jumps of the clock that the telephones page offers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.snapshot import PARIS

SATURDAY, TUESDAY = 5, 1
OCTOBER = 10


def jump(exchange: Exchange, wish: dict[str, object]) -> None:
    """Jump as wished: {"to": local ISO}, {"seconds": n} or {"preset": name}; else ImpossibleError.

    Calls going on are hung up first: nobody holds the line for days. What falls due happens in order.
    """
    now = exchange.now()
    target = None if wish.get("preset") == "maintenant" else wished(now, wish)
    if target is not None and target < now:
        raise ImpossibleError("L'horloge ne recule pas : seul « maintenant » revient en arrière.")
    with exchange.lock:
        for run in list(exchange.runs.values()):
            run.finish("completed" if run.call.answered else "canceled")
    exchange.settle()
    if target is None:
        exchange.return_to_machine_time()
    else:
        exchange.advance_to(target)
    exchange.touch()


def wished(now: datetime, wish: dict[str, object]) -> datetime:
    """Return the moment a wish names; ImpossibleError when it names none."""
    seconds, to, preset = wish.get("seconds"), wish.get("to"), wish.get("preset")
    if isinstance(seconds, int | float):
        return now + timedelta(seconds=seconds)
    if isinstance(to, str):
        try:
            moment = datetime.fromisoformat(to)
        except ValueError as fault:
            raise ImpossibleError("Je ne comprends pas cette date.") from fault
        return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
    local = now.astimezone(PARIS)
    if preset == "samedi-22h":
        return _next_weekday(local, SATURDAY, 22)
    if preset == "mardi-15h":
        return _next_weekday(local, TUESDAY, 15)
    if preset == "dernier-dimanche-octobre":
        this_year = _last_sunday_of_october(local.year)
        return this_year if this_year > local else _last_sunday_of_october(local.year + 1)
    raise ImpossibleError("Je ne connais pas ce saut dans le temps.")


def _next_weekday(local: datetime, weekday: int, hour: int) -> datetime:
    for days in range(8):
        day = local.date() + timedelta(days=days)
        moment = datetime.combine(day, time(hour), PARIS)
        if day.weekday() == weekday and moment > local:
            return moment
    raise AssertionError("a week has seven days")


def _last_sunday_of_october(year: int) -> datetime:
    """Return one in the morning of the day the clocks go back, two hours before they do."""
    last = datetime(year, OCTOBER, 31, 1, tzinfo=PARIS)
    return last - timedelta(days=(last.weekday() + 1) % 7)
