"""The imports of the past, and each of them taken back as a whole."""

from collections import Counter

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from hotline.services import custody
from hotline.services.desk.rights import Right
from hotline.services.importing import undo
from hotline.services.importing.undo import CannotUndo, Fate, Undone
from hotline.web.desk.room import Visit, done, me, page, reading, refused
from hotline.web.desk.volunteers_import import KINDS
from hotline.web.product import product

_NAMED = 12


@page("/volunteers/imports", Right.VOLUNTEERS)
def volunteers_imports() -> str:
    """Show what was imported, the last one first."""

    def show(visit: Visit) -> str:
        return render_template("desk/imports.html", imports=undo.recent(visit.session), kinds=KINDS)

    return reading(show)


@page("/volunteers/imports/<int:import_id>/undo", Right.VOLUNTEERS, methods=("POST",))
def undo_import(import_id: int) -> Response:
    """Take an import back; what somebody has changed since stays as it is."""
    hotline, back = product(), url_for("desk.volunteers_imports")
    at, who = hotline.clock.now(), me()
    try:
        undone = undo.undo(
            hotline.database.run,
            import_id,
            at,
            author=who.name,
            note=lambda session: custody.note(
                session, at, actor=who.email, action="volunteers.import_undo", subject=f"import:{import_id}"
            ),
        )
    except CannotUndo as error:
        return refused(str(error), back)
    return done(_told(undone), back)


def _told(undone: list[Undone]) -> str:
    fates = Counter(one.fate for one in undone)
    parts = {
        Fate.REMOVED: ngettext("%(num)s fiche retirée", "%(num)s fiches retirées", fates[Fate.REMOVED]),
        Fate.RESTORED: ngettext("%(num)s remise", "%(num)s remises", fates[Fate.RESTORED]),
        Fate.LEFT: ngettext("%(num)s mise de côté", "%(num)s mises de côté", fates[Fate.LEFT]),
    }
    done_so = ", ".join(says for fate, says in parts.items() if fates[fate]) or _("rien n’était à défaire")
    says = _("L’import est annulé : %(parts)s.", parts=done_so)
    kept = [one.who for one in undone if one.fate is Fate.KEPT]
    if not kept:
        return str(says)
    names = ", ".join(kept[:_NAMED]) + ("…" if len(kept) > _NAMED else "")
    return f"{says} {_('Modifiées depuis, elles restent comme elles sont : %(names)s.', names=names)}"
