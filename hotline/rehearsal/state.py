"""What the carrier remembers: numbers, calls, messages, recordings, requests made, and what went wrong."""

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DEFAULT_STOP_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
LIVE_STATUSES = ("queued", "ringing", "in-progress")
API_VERSION = "2010-04-01"


def new_sid(prefix: str) -> str:
    """Return a fresh identifier: two capitals and 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


@dataclass
class Hook:
    """An address of the product and how it is requested; an empty address is never requested."""

    url: str = ""
    method: str = "POST"


@dataclass
class Number:
    """One number of the account, with the addresses to ask when it is called or texted."""

    sid: str
    number: str
    voice: Hook
    voice_fallback: Hook
    status_callback: Hook
    sms: Hook
    sms_fallback: Hook
    capabilities: dict[str, bool]
    friendly_name: str
    created: datetime
    updated: datetime
    voice_application_sid: str = ""
    sms_application_sid: str = ""
    trunk_sid: str = ""

    @property
    def asked_for_calls(self) -> Hook:
        """The address to ask when it is called: none of ours behind an application or a trunk."""
        return Hook() if self.voice_application_sid or self.trunk_sid else self.voice

    @property
    def asked_for_texts(self) -> Hook:
        """The address to ask when it is texted: none of ours while an application stands before."""
        return Hook() if self.sms_application_sid else self.sms


@dataclass
class Call:
    """One leg: who called whom, where it stands, and the addresses that follow it."""

    sid: str
    to: str
    from_: str
    direction: Literal["inbound", "outbound-api", "outbound-dial"]
    created: datetime
    status: str = "queued"
    parent_sid: str | None = None
    number_sid: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    updated: datetime | None = None
    answered_by: str | None = None
    forwarded_from: str | None = None
    queue_milliseconds: int = 0
    fallback: Hook = field(default_factory=Hook)
    callback: Hook = field(default_factory=Hook)
    callback_events: tuple[str, ...] = ("completed",)
    callbacks_sent: int = 0
    cookies: dict[str, str] = field(default_factory=dict)
    joined: bool = False
    note: str = ""

    @property
    def over(self) -> bool:
        """Whether the call has reached a final status."""
        return self.status not in LIVE_STATUSES

    def seconds(self, at: datetime) -> int:
        """Return how long the parties were connected, in whole seconds; 0 when never answered."""
        if self.answered is None:
            return 0
        return round(((self.ended or at) - self.answered).total_seconds())


@dataclass
class Message:
    """One text, in either direction."""

    sid: str
    to: str
    from_: str
    body: str
    direction: Literal["inbound", "outbound-api", "outbound-reply"]
    created: datetime
    status: str
    segments: int
    callback: Hook = field(default_factory=Hook)
    validity: int = 36000
    sent: datetime | None = None
    updated: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None

    @property
    def final(self) -> bool:
        """Whether the status can no longer change."""
        return self.status in {"delivered", "undelivered", "failed", "received", "canceled"}


@dataclass
class Recording:
    """What a caller left, fetchable once it is completed."""

    sid: str
    call_sid: str
    started: datetime
    status: str = "in-progress"
    duration: int = -1
    wav: bytes = b""
    source: str = "RecordVerb"
    updated: datetime | None = None


@dataclass(frozen=True)
class WebhookEntry:
    """One request made to the product, with what it answered; status 0 when no answer came."""

    id: int
    moment: datetime
    method: str
    url: str
    params: dict[str, str]
    status: int
    ms: int
    body: str


@dataclass(frozen=True)
class Notice:
    """A mistake of the product as the carrier would log it; `code` is the carrier's error number."""

    moment: datetime
    code: int
    says: str
    url: str = ""
    call_sid: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.says} ({self.url or '-'}, {self.call_sid or '-'})"


@dataclass
class Faults:
    """What goes wrong on purpose, and what depends on the account. Prefixes are of paths ("/voice").

    `rest_lists_late`: seconds until something new is in the lists.
    """

    webhook_delay: dict[str, float] = field(default_factory=dict)
    webhook_twice: list[str] = field(default_factory=list)
    webhook_lost: list[str] = field(default_factory=list)
    rest_status: int = 0
    rest_status_times: int = 0
    rest_status_of: Literal["creates", "everything"] = "creates"
    rest_drop_after_processing: int = 0
    rest_slow_seconds: float = 0.0
    rest_lists_late: float = 0.0
    recording_callback: Literal["normal", "before", "late", "twice", "lost"] = "normal"
    recording_not_ready: int = 0
    receipts: Literal["normal", "late", "twice", "out_of_order", "lost"] = "normal"
    dial_action_after_hangup: bool = True
    advanced_opt_out: bool = False
    countries: list[str] = field(default_factory=lambda: ["FR"])


@dataclass
class OptOuts:
    """Who said STOP to which of our numbers, and which words count (carrier reference §6)."""

    stop_words: set[str] = field(default_factory=lambda: set(DEFAULT_STOP_WORDS))
    start_words: set[str] = field(default_factory=lambda: {"START", "UNSTOP", "YES"})
    help_words: set[str] = field(default_factory=lambda: {"HELP", "INFO"})
    french_words: dict[str, str] = field(
        default_factory=lambda: {"ARRET": "STOP", "ARRÊT": "STOP", "AIDE": "HELP"}
    )
    blocked: set[tuple[str, str]] = field(default_factory=set)

    def kind(self, body: str, *, advanced: bool) -> str:
        """Return STOP, START, HELP, or an empty text; French words count with Advanced Opt-Out only."""
        word = body.strip().upper()
        for kind, words in (
            ("STOP", self.stop_words),
            ("START", self.start_words),
            ("HELP", self.help_words),
        ):
            if word in words:
                return kind
        return self.french_words.get(word, "") if advanced else ""


@dataclass
class WaitingRoom:
    """A queue of callers: name, size, and who waits, first come first."""

    sid: str
    name: str
    created: datetime
    max_size: int = 1000
    members: deque[tuple[str, datetime]] = field(default_factory=deque)
