"""Two files of one person: side by side, made one, and two again."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.models import Caller, Merge
from hotline.services.desk import duplicates, files, merges, search, unmerging
from hotline.services.desk.refusals import Refused
from hotline.services.desk.rights import Right
from hotline.web.desk.people_words import ADVICE, WHY, sentence
from hotline.web.desk.person import address, found
from hotline.web.desk.room import Visit, done, page, reading, refused, writing

_LONGEST, _FEW = 80, 20
FIELDS = {
    "names": _l("noms"),
    "email": _l("adresse électronique"),
    "postcode": _l("code postal"),
    "wished_hours": _l("heures souhaitées"),
    "note": _l("note"),
    "contact_name": _l("personne de confiance"),
}


@page("/people/<int:caller_id>/merge", Right.REQUESTS)
def merge_person(caller_id: int) -> str:
    """Look for the other file of this person, then show both side by side."""
    other_id, typed = request.args.get("other", type=int), request.args.get("q", "").strip()[:_LONGEST]

    def see(visit: Visit) -> str:
        kept = found(visit.session, caller_id)
        if other_id is not None:
            return _side_by_side(visit, kept, found(visit.session, other_id))
        looked_up = search.find(visit.session, typed, limit=_FEW) if typed else None
        return render_template(
            "desk/person_merge_with.html",
            caller=kept,
            typed=typed,
            alike=duplicates.of(visit.session, kept),
            rows=[row for row in looked_up.people if row.id != caller_id] if looked_up else None,
            advice=looked_up.advice and ADVICE[looked_up.advice] if looked_up else None,
        )

    return reading(see)


@page("/people/<int:caller_id>/merge/<int:other_id>", Right.REQUESTS, methods=("POST",))
def merge_files(caller_id: int, other_id: int) -> ResponseReturnValue:
    """Make two files one; the first is kept."""

    def merge(visit: Visit) -> int:
        kept, other = found(visit.session, caller_id), found(visit.session, other_id)
        made = merges.merge(visit.session, kept, other, author=visit.author, at=visit.at)
        visit.note("caller.merged", f"caller:{caller_id}")
        visit.note("caller.merged", f"caller:{other_id}")
        return made.id

    try:
        merge_id = writing(merge)
    except Refused as error:
        return refused(sentence(error), address(caller_id))
    undo = url_for("desk.undo_merge", merge_id=merge_id)
    return done(_("Les deux fiches n’en font plus qu’une."), address(caller_id), undo=undo)


@page("/merges/<int:merge_id>/undo", Right.REQUESTS, methods=("POST",))
def undo_merge(merge_id: int) -> ResponseReturnValue:
    """Make one file two again."""

    def undo(visit: Visit) -> tuple[int, Refused | None]:
        made = visit.session.get(Merge, merge_id)
        if made is None:
            abort(404)
        kept_id, merged_id = made.kept_id, made.merged_id
        try:
            unmerging.undo(visit.session, made, visit.at)
        except Refused as error:
            return kept_id, error
        visit.note("caller.parted", f"caller:{kept_id}")
        visit.note("caller.parted", f"caller:{merged_id}")
        return kept_id, None

    kept_id, error = writing(undo)
    if error is not None:
        return refused(sentence(error), address(kept_id))
    return done(_("Les deux fiches sont de nouveau séparées."), address(kept_id))


def _side_by_side(visit: Visit, kept: Caller, other: Caller) -> str:
    why = merges.refusal(visit.session, kept, other)
    return render_template(
        "desk/person_merge.html",
        kept=files.read(visit.session, kept, visit.at),
        other=files.read(visit.session, other, visit.at),
        why=why and WHY[why],
        filled=[FIELDS[name] for name in merges.filled(kept, other)],
    )
