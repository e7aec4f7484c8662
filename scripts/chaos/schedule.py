"""What happens in one seed, and when: drawn once, the same every time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from hotline.services import demo

KINDS = ("sqlite", "postgresql")
MOBILES = tuple(person.number for person in demo.CALLERS if person.number.startswith("+336"))
MORE_MOBILES = tuple(f"+3363998000{last}" for last in range(3, 8))
LANDLINES = tuple(person.number for person in demo.CALLERS if person.number not in MOBILES)
CALLERS = (*MOBILES, *MORE_MOBILES, *LANDLINES)
VOLUNTEERS = tuple(person.number for person in demo.VOLUNTEERS)
LISTENERS = tuple(person.number for person in demo.LISTENERS)
WORDS = ("Bonjour, pouvez-vous me rappeler ?", "Je suis seule ce soir", "merci", "AIDE")
MANNERS = ("message", "message", "whisper", "hangs_up", "patient", "patient")
MOODS = ("answers", "answers", "answers", "answers", "voicemail", "busy", "no-answer")


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens `at` seconds after the beginning, with what it takes to do it."""

    at: float
    name: str
    who: str = ""
    how: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        said = " ".join(part for part in (self.name, self.who, self.how) if part)
        return f"{self.at:6.2f}s  {said}" + (f"  for {self.seconds:.1f}s" if self.seconds else "")


@dataclass(frozen=True)
class Schedule:
    """One seed: its database, how long the load lasts, and all events in order.

    `is_open` tells whether listeners ring, `elsewhere` whether the fallback document is on another host;
    `moods` are what telephones do when they ring.
    """

    seed: int
    kind: str
    seconds: float
    is_open: bool
    elsewhere: bool
    moods: Mapping[str, str]
    events: Sequence[Event]


def drawn(seed: int) -> Schedule:
    """Return the schedule of a seed; even seeds play on SQLite, odd ones on PostgreSQL."""
    chance = Random(seed)
    kind, seconds, is_open = KINDS[seed % 2], chance.uniform(8, 12), chance.random() < 0.8
    elsewhere = chance.random() < 0.5
    moods = {number: chance.choice(MOODS) for number in (*LISTENERS, *CALLERS)}
    load = [_act(chance, seconds) for _ in range(chance.randint(18, 26))]
    troubles = chance.sample(sorted(_troubles(kind)), chance.randint(4, 7))
    faults = [_troubles(kind)[name](name, chance, seconds) for name in troubles]
    return Schedule(seed, kind, seconds, is_open, elsewhere, MappingProxyType(moods), sorted(load + faults))


def _act(chance: Random, within: float) -> Event:
    """Somebody phones, writes, answers or taps."""
    at = chance.uniform(0, within - 4)
    name = chance.choices(("calls", "texts", "answers", "phones_back", "taps"), (10, 5, 4, 2, 2))[0]
    match name:
        case "calls":
            return Event(at, name, chance.choice((*CALLERS, "anonymous")), chance.choice(MANNERS))
        case "texts":
            return Event(at, name, chance.choice(MOBILES + MORE_MOBILES), chance.choice(WORDS))
        case "answers":
            return Event(at, name, chance.choice(VOLUNTEERS), chance.choice(("OUI", "NON", "FAIT")))
    holder, somebody = VOLUNTEERS[0], chance.choice(VOLUNTEERS)
    return Event(at, name, holder if name == "taps" else chance.choice((holder, somebody)))


Draw = Callable[[str, Random, float], Event]


def _lasting(least: float, most: float, *hows: str) -> Draw:
    def draw(name: str, chance: Random, within: float) -> Event:
        how = chance.choice(hows) if hows else ""
        return Event(chance.uniform(0, within - 3), name, "", how, chance.uniform(least, most))

    return draw


_WEBHOOKS = ("/voice", "/voice/incoming", "/voice/status", "/voice/recording", "/sms", "/sms/incoming")
_EVERYWHERE: Mapping[str, Draw] = {
    "kill_web": _lasting(0.5, 4),
    "kill_worker": _lasting(0, 0),
    "kill_clock": _lasting(0.5, 4),
    "kill_all": _lasting(0.5, 4),
    "database_locked": _lasting(1, 6),
    "clock_ahead": _lasting(0, 0, "60", "600", "4000"),
    "clock_back": _lasting(0, 0, "2"),
    "webhooks_late": _lasting(2, 8, *_WEBHOOKS),
    "webhooks_twice": _lasting(2, 10, *_WEBHOOKS),
    "webhooks_lost": _lasting(1, 6, *_WEBHOOKS),
    "api_fails": _lasting(1, 8, "500", "503", "429"),
    "api_slow": _lasting(2, 8),
    "api_drops": _lasting(0, 0, "1", "3", "6"),
    "lists_late": _lasting(4, 14),
    "receipts": _lasting(4, 14, "late", "twice", "out_of_order", "lost"),
    "recordings": _lasting(4, 14, "before", "late", "twice", "lost"),
}
_ELSEWHERE: Mapping[str, Mapping[str, Draw]] = {
    "sqlite": {"disk_full": _lasting(1, 5)},
    "postgresql": {"database_cut": _lasting(0, 0), "database_away": _lasting(1, 6)},
}


def _troubles(kind: str) -> Mapping[str, Draw]:
    return {**_EVERYWHERE, **_ELSEWHERE[kind]}
