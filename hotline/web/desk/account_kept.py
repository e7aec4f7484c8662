"""What somebody was typing when their session ended: shown once they are in again, and sent on."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.services.desk import kept_forms
from hotline.services.desk.rights import Right
from hotline.web.desk import keeping
from hotline.web.desk.room import me, page, reading, recognised, refused, to_the_door, writing


@page("/kept/<token>", Right.ACCOUNT)
def kept(token: str) -> ResponseReturnValue:
    """Show what was typed, ready to be sent."""
    form = reading(lambda visit: kept_forms.find(visit.session, me().id, token, visit.at))
    if form is None:
        return refused(_("Ce texte n’est plus gardé : il a été envoyé, ou une heure est passée."), "/inside")
    fields = [(name, value) for name, value in form.fields]
    return render_template(
        "desk/account_kept.html",
        action=url_for("desk.send_kept", token=token),
        fields=keeping.shown(fields),
        without_files=keeping.NO_FILES in dict(fields),
    )


@page("/kept/<token>", Right.ACCOUNT, methods=("POST",))
def send_kept(token: str) -> ResponseReturnValue:
    """Send the form, as it now stands, to the address that it was meant for."""
    path = writing(lambda visit: kept_forms.give_back(visit.session, me().id, token, visit.at))
    if path is None:
        return refused(_("Ce texte n’est plus gardé : il a été envoyé, ou une heure est passée."), "/inside")
    if not request.form:
        abort(400)
    return redirect(path, 307)


def again() -> ResponseReturnValue:
    """Show a form whose token is not this session's once more, with all that it held."""
    if recognised() is None:
        return to_the_door()
    page = render_template(
        "desk/account_kept.html",
        action=request.full_path.rstrip("?"),
        fields=keeping.shown(keeping.typed()),
        without_files=bool(request.files),
    )
    return page, 400
