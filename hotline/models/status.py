"""Every state there is, and the moves allowed between them; anything else is a late or repeated event."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)


class CallerState(StrEnum):
    """Whether a person can be phoned back at all."""

    ACTIVE = "active"
    UNREACHABLE = "unreachable"
    MERGED = "merged"


class VolunteerState(StrEnum):
    """Where a volunteer stands with the association."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class ContactKind(StrEnum):
    """How somebody made contact."""

    CALL = "call"
    MESSAGE = "message"
    HANDSET_CALL = "handset_call"
    HANDSET_MESSAGE = "handset_message"
    VISIT = "visit"
    LETTER = "letter"
    MAIL = "mail"


class Direction(StrEnum):
    """Who began: the other side, or we."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallOutcome(StrEnum):
    """What became of a call."""

    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    HUNG_UP = "hung_up"
    REFUSED = "refused"
    BRIDGED = "bridged"
    FAILED = "failed"


class LegState(StrEnum):
    """What became of one listener's telephone in one ringing attempt."""

    RINGING = "ringing"
    PICKED_UP = "picked_up"
    ACCEPTED = "accepted"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"


class VoicemailState(StrEnum):
    """Where the audio of a message is."""

    EXPECTED = "expected"
    FETCHING = "fetching"
    STORED = "stored"
    LOST = "lost"


class RequestKind(StrEnum):
    """What the caller wishes, once known."""

    UNKNOWN = "unknown"
    ONE_OFF = "one_off"
    RECURRING = "recurring"


class Need(StrEnum):
    """The four priority missions of the Réserve civique, or another need."""

    LIEN = "LIEN"
    AIDE_ALIMENTAIRE = "AIDE_ALIMENTAIRE"
    GARDE_ENFANTS = "GARDE_ENFANTS"
    SOLIDARITE_PROXIMITE = "SOLIDARITE_PROXIMITE"
    AUTRE = "AUTRE"


class RequestState(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    CLOSED = "closed"
    NEEDS_NUMBER = "needs_number"


class AssignmentState(StrEnum):
    """The life of a caller given to a volunteer."""

    OFFERED = "offered"
    ACTIVE = "active"
    DECLINED = "declined"
    EXPIRED = "expired"
    PAUSED = "paused"
    ENDED = "ended"


class CallbackState(StrEnum):
    """The life of one planned call."""

    PLANNED = "planned"
    MADE = "made"
    NO_ANSWER = "no_answer"
    MISSED = "missed"
    CANCELLED = "cancelled"


class CallbackOutcome(StrEnum):
    """How one callback went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    ANSWERING_MACHINE = "answering_machine"
    ALERT = "alert"


class HolidayPolicy(StrEnum):
    """What becomes of a planned call on a public holiday."""

    KEEP = "keep"
    SKIP = "skip"
    MOVE = "move"


class Preference(StrEnum):
    """Whether a caller would rather hear the same volunteer again, or another one each time."""

    STEADY = "steady"
    ROTATION = "rotation"


class Channel(StrEnum):
    """How a caller and their volunteer speak to each other."""

    PHONE = "phone"
    VISIO = "visio"
    MAIL = "mail"


class VolunteerSource(StrEnum):
    """How a volunteer came to the association."""

    HAND = "hand"
    SHEET = "sheet"
    PLATFORM = "platform"
    REGISTRATION = "registration"


class LegalStatus(StrEnum):
    """The legal status of a structure, as on the platform of the Réserve civique."""

    ASSOCIATION = "association"
    LOCAL_AUTHORITY = "local_authority"
    PUBLIC = "public"
    PRIVATE = "private"
    OTHER = "other"


class ReferralState(StrEnum):
    """How far a need has come on its way to a partner and back."""

    TO_SEND = "to_send"
    SENT = "sent"
    TAKEN = "taken"
    REFUSED = "refused"
    CLOSED = "closed"


class ReferralChannel(StrEnum):
    """How a partner was told of a need."""

    CALL = "call"
    MAIL = "mail"
    TEXT = "text"
    SHEET = "sheet"


class ReferralStepKind(StrEnum):
    """One step of a need on its way to a partner, by the clock or by somebody's hand."""

    OPENED = "opened"
    CHOSEN = "chosen"
    CONSENT = "consent"
    SENT = "sent"
    REMINDED = "reminded"
    COORDINATORS_TOLD = "coordinators_told"
    TAKEN = "taken"
    REFUSED = "refused"
    CALLER_TOLD = "caller_told"
    CLOSED = "closed"
    REOPENED = "reopened"


class Mood(StrEnum):
    """How the person was, as the volunteer reports it."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class ReportSource(StrEnum):
    """How a report came."""

    TEXT = "text"
    KEY = "key"
    PAGE = "page"
    BRIDGE = "bridge"
    DESK = "desk"


class TapState(StrEnum):
    """A volunteer asked for their telephone to be rung; a phone is never rung twice by doubt."""

    QUEUED = "queued"
    DIALLING = "dialling"
    PLACED = "placed"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


class StepKind(StrEnum):
    """One step in the life of an assignment, by the clock or by somebody's hand."""

    CREATED = "created"
    ACCEPTED = "accepted"
    CADENCE = "cadence"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    MOVED = "moved"
    SKIPPED = "skipped"
    REMINDED = "reminded"
    MISSED = "missed"
    HANDED_OVER = "handed_over"
    COVERED = "covered"
    CALLER_SILENT = "caller_silent"
    CONTACT_TOLD = "contact_told"
    COORDINATORS_TOLD = "coordinators_told"
    REPORT_ASKED = "report_asked"
    ALERT = "alert"
    WRITTEN = "written"


class Role(StrEnum):
    """What somebody who signs in at the desk may do."""

    COORDINATOR = "coordinator"
    LISTENER = "listener"
    STATISTICS = "statistics"
    TECHNICAL = "technical"


class TranscriptState(StrEnum):
    """Whether a message was put into words."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class OutboxState(StrEnum):
    """Where a text to be sent stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


OPEN_REQUEST = frozenset(
    {RequestState.WAITING, RequestState.OFFERED, RequestState.ASSIGNED, RequestState.NEEDS_NUMBER}
)
OPEN_REFERRAL = frozenset(
    {ReferralState.TO_SEND, ReferralState.SENT, ReferralState.TAKEN, ReferralState.REFUSED}
)
HELD_ASSIGNMENT = frozenset({AssignmentState.OFFERED, AssignmentState.ACTIVE, AssignmentState.PAUSED})


MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    CallOutcome: {
        CallOutcome.IN_PROGRESS: frozenset(set(CallOutcome) - {CallOutcome.IN_PROGRESS}),
        CallOutcome.HUNG_UP: frozenset({CallOutcome.VOICEMAIL, CallOutcome.ANSWERED, CallOutcome.BRIDGED}),
        CallOutcome.VOICEMAIL: frozenset({CallOutcome.HUNG_UP}),
        CallOutcome.FAILED: frozenset({CallOutcome.VOICEMAIL, CallOutcome.BRIDGED}),
        CallOutcome.ANSWERED: frozenset(),
        CallOutcome.BRIDGED: frozenset(),
        CallOutcome.REFUSED: frozenset(),
    },
    LegState: {
        LegState.RINGING: frozenset(set(LegState) - {LegState.RINGING}),
        LegState.PICKED_UP: frozenset({LegState.ACCEPTED}),
        LegState.NO_ANSWER: frozenset({LegState.PICKED_UP, LegState.ACCEPTED}),
        LegState.ACCEPTED: frozenset(),
        LegState.BUSY: frozenset(),
        LegState.FAILED: frozenset(),
    },
    VoicemailState: {
        VoicemailState.EXPECTED: frozenset({VoicemailState.FETCHING, VoicemailState.LOST}),
        VoicemailState.FETCHING: frozenset(
            {VoicemailState.STORED, VoicemailState.EXPECTED, VoicemailState.LOST}
        ),
        VoicemailState.LOST: frozenset({VoicemailState.EXPECTED}),
        VoicemailState.STORED: frozenset(),
    },
    TranscriptState: {
        TranscriptState.WAITING: frozenset({TranscriptState.DONE, TranscriptState.FAILED}),
        TranscriptState.FAILED: frozenset({TranscriptState.WAITING}),
        TranscriptState.DONE: frozenset(),
    },
    RequestState: {
        RequestState.WAITING: frozenset(
            {
                RequestState.OFFERED,
                RequestState.ASSIGNED,
                RequestState.REFERRED,
                RequestState.NEEDS_NUMBER,
                RequestState.CLOSED,
            }
        ),
        RequestState.OFFERED: frozenset({RequestState.WAITING, RequestState.ASSIGNED, RequestState.CLOSED}),
        RequestState.ASSIGNED: frozenset({RequestState.WAITING, RequestState.CLOSED}),
        RequestState.NEEDS_NUMBER: frozenset({RequestState.WAITING, RequestState.CLOSED}),
        RequestState.REFERRED: frozenset({RequestState.WAITING, RequestState.CLOSED}),
        RequestState.CLOSED: frozenset(
            {
                RequestState.WAITING,
                RequestState.ASSIGNED,
                RequestState.NEEDS_NUMBER,
                RequestState.REFERRED,
            }
        ),
    },
    AssignmentState: {
        AssignmentState.OFFERED: frozenset(
            {AssignmentState.ACTIVE, AssignmentState.DECLINED, AssignmentState.EXPIRED, AssignmentState.ENDED}
        ),
        AssignmentState.ACTIVE: frozenset({AssignmentState.PAUSED, AssignmentState.ENDED}),
        AssignmentState.PAUSED: frozenset({AssignmentState.ACTIVE, AssignmentState.ENDED}),
        AssignmentState.DECLINED: frozenset(),
        AssignmentState.EXPIRED: frozenset(),
        AssignmentState.ENDED: frozenset({AssignmentState.ACTIVE}),
    },
    CallbackState: {
        CallbackState.PLANNED: frozenset(set(CallbackState) - {CallbackState.PLANNED}),
        CallbackState.MISSED: frozenset({CallbackState.MADE, CallbackState.NO_ANSWER, CallbackState.PLANNED}),
        CallbackState.NO_ANSWER: frozenset({CallbackState.MADE}),
        CallbackState.MADE: frozenset({CallbackState.NO_ANSWER}),
        CallbackState.CANCELLED: frozenset({CallbackState.PLANNED}),
    },
    VolunteerState: {
        VolunteerState.PENDING: frozenset({VolunteerState.ACTIVE, VolunteerState.LEFT}),
        VolunteerState.ACTIVE: frozenset({VolunteerState.PAUSED, VolunteerState.LEFT}),
        VolunteerState.PAUSED: frozenset({VolunteerState.ACTIVE, VolunteerState.LEFT}),
        VolunteerState.LEFT: frozenset({VolunteerState.ACTIVE, VolunteerState.PENDING}),
    },
    TapState: {
        TapState.QUEUED: frozenset({TapState.DIALLING, TapState.FAILED}),
        TapState.DIALLING: frozenset({TapState.PLACED, TapState.FAILED, TapState.DOUBTFUL}),
        TapState.DOUBTFUL: frozenset({TapState.PLACED, TapState.FAILED}),
        TapState.PLACED: frozenset(),
        TapState.FAILED: frozenset(),
    },
    ReferralState: {
        ReferralState.TO_SEND: frozenset(set(ReferralState) - {ReferralState.TO_SEND}),
        ReferralState.SENT: frozenset(
            {ReferralState.TAKEN, ReferralState.REFUSED, ReferralState.CLOSED, ReferralState.TO_SEND}
        ),
        ReferralState.TAKEN: frozenset(set(ReferralState) - {ReferralState.TAKEN}),
        ReferralState.REFUSED: frozenset(set(ReferralState) - {ReferralState.REFUSED}),
        ReferralState.CLOSED: frozenset(set(ReferralState) - {ReferralState.CLOSED}),
    },
    OutboxState: {
        OutboxState.QUEUED: frozenset({OutboxState.SENDING, OutboxState.FAILED}),
        OutboxState.SENDING: frozenset(set(OutboxState) - {OutboxState.SENDING}),
        OutboxState.DOUBTFUL: frozenset(
            {OutboxState.QUEUED, OutboxState.SENT, OutboxState.DELIVERED, OutboxState.FAILED}
        ),
        OutboxState.SENT: frozenset({OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.QUEUED}),
        OutboxState.DELIVERED: frozenset(),
        OutboxState.FAILED: frozenset(),
    },
}


def sources(target: State) -> list[State]:
    """Return the states from which `target` may be reached."""
    table = MOVES[type(target)]
    return [state for state in type(target) if target in table.get(state, frozenset())]
