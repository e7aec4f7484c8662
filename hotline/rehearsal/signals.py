"""What a call's script asks for (a wait, a request) and what can happen to it meanwhile."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeVar

from hotline.rehearsal.audio import Speech


@dataclass(frozen=True)
class WebhookRequest:
    """A request for the product. `verb_params` are lost when the product redirects (carrier reference §1)."""

    url: str
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()
    verb_params: tuple[tuple[str, str], ...] = ()
    cookies: dict[str, str] = field(default_factory=dict)
    voice: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back: `error` is the carrier's code when the request failed, else 0."""

    url: str
    status: int = 0
    body: bytes = b""
    content_type: str = ""
    error: int = 0


@dataclass(frozen=True)
class Wait:
    """Nothing to do for `seconds`, or until something happens when None."""

    seconds: float | None


@dataclass
class Fetch:
    """Ask the product; `answer` is there when the script goes on."""

    request: WebhookRequest
    answer: Answer | None = None


@dataclass(frozen=True)
class Source:
    """Where the next document comes from: an address of the product, or a text given with the call."""

    url: str = ""
    method: str = "POST"
    verb_params: tuple[tuple[str, str], ...] = ()
    twiml: str = ""


@dataclass(frozen=True)
class Elapsed:
    """The time waited for is over."""


@dataclass(frozen=True)
class Key:
    """The person pressed one key."""

    digit: str


@dataclass(frozen=True)
class Spoke:
    """The person began to speak."""

    speech: Speech


@dataclass(frozen=True)
class PickedUp:
    """The person rung answered."""


@dataclass(frozen=True)
class Refused:
    """The person rung declined."""


@dataclass(frozen=True)
class Ended:
    """The call is over: someone hung up, or the API ended it."""


@dataclass(frozen=True)
class Moved:
    """The API sent the call to another document."""

    source: Source


@dataclass(frozen=True)
class LegNews:
    """A dialled leg was answered, is ready to be joined, or is gone."""

    sid: str
    news: str


@dataclass(frozen=True)
class Joined:
    """A waiting caller was taken out of the queue by the call of this identifier."""

    sid: str


Signal = Elapsed | Key | Spoke | PickedUp | Refused | Ended | Moved | LegNews | Joined
T = TypeVar("T")
Steps = Generator[Wait | Fetch, Signal, T]


class CallOverError(Exception):
    """Raised inside a script when its call has ended."""


class CallMovedError(Exception):
    """Raised inside a script when the API sent its call elsewhere."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.url)
        self.source = source


class CallJoinedError(Exception):
    """Raised inside a waiting caller's script when someone takes the call."""

    def __init__(self, sid: str) -> None:
        super().__init__(sid)
        self.sid = sid


class CallLeftError(Exception):
    """Raised inside a waiting caller's script by Leave."""
