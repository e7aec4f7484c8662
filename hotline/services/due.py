"""Is there anything to do? One question for each job of the clock, answered by an index; no row is loaded.

A question may say yes for nothing: the job then finds out. It never says no to work that is due. They are
written once and asked with the moments of `_moments`: building them each time would cost more than asking.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Session

from hotline.db import UtcDateTime
from hotline.models import (
    Absence,
    Assignment,
    Callback,
    DailyFigure,
    EarlyReceipt,
    Heartbeat,
    OutboxRow,
    Referral,
    Registration,
    Request,
    Tap,
    Voicemail,
    Volunteer,
)
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    OutboxState,
    RequestState,
    TapState,
    VoicemailState,
)
from hotline.services import (
    covers,
    errands,
    faults,
    ladders,
    planning,
    recaps,
    settling,
    transcripts,
    waiting_words,
)
from hotline.services.desk import claims, rollup
from hotline.services.line import Line
from hotline.services.mails import mailboxes, sending
from hotline.services.referrals import following
from hotline.services.sweeping import keeping


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of the tables."""

    asks: ColumnElement[bool]


def anything(session: Session, line: Line, at: datetime, questions: tuple[Question, ...]) -> bool:
    """Tell whether one of the questions says yes: one statement for all of them."""
    return bool(session.scalar(_statement(questions), _moments(line, at)))


@cache
def _statement(questions: tuple[Question, ...]) -> Select[bool]:
    return select(or_(*(question.asks for question in questions)))


def _moments(line: Line, at: datetime) -> dict[str, datetime | date | bool]:
    return {
        "now": at,
        "today": line.day(at),
        "planned_before": line.day(at) + planning.AT_LEAST,
        "sought_until": line.day(at + covers.SOUGHT_AHEAD),
        "missed_after": at - covers.MISSED_LATELY,
        "transcribed_since": at - transcripts.LATELY if line.transcribes else at + transcripts.LATELY,
        "month_began": datetime.combine(line.day(at).replace(day=1), time(), line.zone),
        "held_since": at - claims.HELD_FOR,
        "settled": rollup.settled(line.day(at)),
        "reads_mail": line.reads_mail,
        "mailbox_horizon": at + mailboxes.EVERY,
        "mail_claimed_before": at - sending.CLAIM_LASTS,
        "looked_before": at - faults.EVERY,
        "words_since": waiting_words.asked_since(line, at),
        "waited_since": at - waiting_words.PATIENCE,
        **settling.limits(at),
        **keeping.limits(at),
    }


def _at(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime())


def _day(name: str) -> BindParameter[date]:
    return bindparam(name, type_=Date())


TAPS = Question(exists().where(Tap.state.in_([TapState.QUEUED, TapState.DIALLING])))
DOUBTFUL_TAPS = Question(exists().where(Tap.state == TapState.DOUBTFUL))
SWEEP = Question(keeping.is_due(_at("now"), _at("swept_since"), _at("awake_since")))
RECORDINGS = Question(
    exists().where(
        Voicemail.state.in_([VoicemailState.EXPECTED, VoicemailState.FETCHING]),
        Voicemail.try_at <= _at("now"),
    )
)
STALE_CLAIMS = Question(exists().where(claims.is_stale(_at("held_since"))))
SILENT_CALLS = Question(
    exists().where(
        settling.is_unsettled(
            asked_before=_at("asked_before"), over_before=_at("over_before"), begun_after=_at("begun_after")
        )
    )
)
OFFERS = Question(
    exists().where(Assignment.state == AssignmentState.OFFERED, Assignment.expires_at <= _at("now"))
)
ABSENCES = Question(exists().where(Absence.over_at.is_(None), Absence.from_date <= _day("today")))
ROWS_AHEAD = Question(
    or_(
        exists().where(
            Assignment.state.in_([AssignmentState.ACTIVE, AssignmentState.PAUSED]),
            Assignment.planned_until < _day("planned_before"),
        ),
        exists().where(Assignment.state == AssignmentState.PAUSED, Assignment.resumes_on <= _day("today")),
    )
)
CALLS_TO_WATCH = Question(exists().where(Callback.state.in_(ladders.WATCHED), Callback.act_at <= _at("now")))
REFERRALS = Question(exists().where(Referral.state.in_(following.WATCHED), Referral.act_at <= _at("now")))
PEOPLE_WAITING = Question(
    or_(
        exists().where(Request.state == RequestState.WAITING),
        exists().where(errands.is_wanted()),
        exists().where(Absence.over_at.is_(None), Absence.from_date <= _day("sought_until")),
        exists().where(Callback.state == CallbackState.MISSED, Callback.due_at > _at("missed_after")),
    )
)
RECAPS = Question(~exists().where(Heartbeat.name == recaps.RECAP, Heartbeat.at >= _at("month_began")))
PEOPLE_READY = Question(
    and_(
        ~exists().where(Heartbeat.name == waiting_words.WAITING, Heartbeat.at >= _at("words_since")),
        exists().where(waiting_words.waits(), Volunteer.waiting_since <= _at("waited_since")),
    )
)
REGISTRATIONS = Question(exists().where(Registration.expires_at <= _at("now")))
TRANSCRIPTS = Question(exists().where(transcripts.is_waiting(_at("transcribed_since"))))
DOUBTS = Question(
    or_(
        exists().where(
            OutboxRow.state.in_([OutboxState.SENDING, OutboxState.DOUBTFUL]), OutboxRow.phone_id.is_not(None)
        ),
        exists().where(EarlyReceipt.sid.is_not(None)),
    )
)
FIGURES = Question(
    or_(
        ~exists().where(DailyFigure.name == rollup.COUNTED, DailyFigure.day >= _day("settled")),
        ~exists().where(DailyFigure.name == rollup.SEEN, DailyFigure.day == _day("today")),
    )
)
TEXTS = Question(
    exists().where(
        OutboxRow.state == OutboxState.QUEUED,
        OutboxRow.due_at <= _at("now"),
        OutboxRow.phone_id.is_not(None),
    )
)
MAILBOX = Question(
    and_(
        bindparam("reads_mail", type_=Boolean()),
        ~exists().where(mailboxes.is_resting(_at("now"), _at("mailbox_horizon"))),
    )
)
WATCH = Question(
    ~exists().where(
        Heartbeat.name == faults.LOOKED, Heartbeat.at > _at("looked_before"), Heartbeat.at <= _at("now")
    )
)
MAILS = Question(exists().where(sending.is_due(_at("now"), _at("mail_claimed_before"))))
