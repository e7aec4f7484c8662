"""One person's file: what they wait for, everything that happened, what is noted."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotline.models import Caller
from hotline.services.desk import files, histories, merges, referred, reveals, spoken_words
from hotline.services.desk.moments import midnight
from hotline.services.desk.partnership import TAKEN_BY_PARTNERS
from hotline.services.desk.rights import Right
from hotline.web.desk import people_words, referral_words
from hotline.web.desk.room import Visit, allowed, me, page, reading, writing
from hotline.web.desk.spans import language_names, weekly
from hotline.web.desk.voicemail_forms import NoteForm

_LONGEST = 80


@page("/people/<int:caller_id>", Right.PEOPLE)
def person(caller_id: int) -> ResponseReturnValue:
    """Show somebody's file; one that was merged leads to the file that was kept."""
    kept_id = reading(lambda visit: _kept(visit.session, caller_id))
    if kept_id != caller_id:
        return redirect(url_for("desk.person", caller_id=kept_id), 302)
    if reading(lambda visit: _unseen(visit, caller_id)):
        writing(lambda visit: visit.note(reveals.SEEN, f"caller:{caller_id}"))
    return shown(caller_id)


def shown(caller_id: int, *, note: NoteForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Return somebody's page; a faulty note comes back as it was typed."""
    only, after = request.args.get("only", "all"), request.args.get("after")
    typed = request.args.get("q", "").strip()[:_LONGEST]

    def see(visit: Visit) -> str:
        caller = found(visit.session, caller_id)
        heard = None
        if typed:
            heard = spoken_words.look_for(
                visit.session, typed, visit.at, caller_id=caller_id, hidden=hidden()
            )
            entries = histories.told(visit.session, [hit.place for hit in heard.hits])
            history = histories.History(entries)
        else:
            history = histories.of(
                visit.session, caller_id, visit.at, only=only, hidden=hidden(), after=after
            )
        return render_template(
            "desk/person.html",
            file=files.read(visit.session, caller, visit.at),
            caller=caller,
            history=history,
            heard=heard,
            typed=typed,
            only=only,
            after=after,
            note=note or NoteForm(),
            step=people_words.step,
            need_step=referral_words.told,
            wished=weekly(visit.line, caller.wished_hours, visit.line.day(visit.at)),
            spoken=language_names(caller.language),
            referred=referred.of_caller(visit.session, caller.id),
            referable=TAKEN_BY_PARTNERS,
            leaflets=referral_words.leaflets(visit, caller),
            at=visit.at,
        )

    return reading(see), status


def hidden() -> frozenset[histories.Kind]:
    """Return what only coordinators read: mails between a person and their volunteer."""
    return frozenset() if allowed(Right.REQUESTS) else frozenset({histories.Kind.RELAY})


def found(session: Session, caller_id: int) -> Caller:
    """Return somebody, or say that there is nobody here; a merged file is none."""
    caller = session.get(Caller, caller_id)
    if caller is None or caller.merged_into_id is not None:
        abort(404)
    return caller


def address(caller_id: int) -> str:
    """Return the address of somebody's file."""
    return url_for("desk.person", caller_id=caller_id)


def _kept(session: Session, caller_id: int) -> int:
    caller = session.get(Caller, caller_id)
    if caller is None:
        abort(404)
    return merges.survivor(caller, session).id


def _unseen(visit: Visit, caller_id: int) -> bool:
    """Tell whether today's first look of this coordinator is still to be written down."""
    today = midnight(visit.line, visit.line.day(visit.at))
    return not reveals.seen_since(visit.session, caller_id, me().email, today)
