"""What somebody may read before they agree: the charter, what is kept of them, the sheet for a parent."""

from flask import render_template

from hotline.web.joining.room import pages


@pages.get("/charte")
def charter() -> str:
    """The charter."""
    return render_template("joining/charter.html")


@pages.get("/vie-privee")
def privacy() -> str:
    """What is kept of volunteers, why, and for how long."""
    return render_template("joining/privacy.html")


@pages.get("/accord-parental")
def parents() -> str:
    """The sheet that a parent signs, to be printed."""
    return render_template("joining/parents.html")
