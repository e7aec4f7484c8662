"""Nobody sees the desk unsigned, and each role sees its own part."""

from datetime import timedelta

import pytest
from flask import Flask

from hotline.bootstrap import Hotline
from hotline.models.status import Role
from hotline.services.desk.rights import RIGHTS, Right
from hotline.web import create_app
from tests.conftest import StoppedClock
from tests.web.desk.conftest import Desk, sign_in


def test_every_page_of_the_desk_leads_a_stranger_to_the_door(hotline: Hotline) -> None:
    app = create_app(hotline)
    client = app.test_client()
    for path, method in _addresses(app):
        answer = client.open(path, method=method)
        assert answer.status_code in {302, 303, 400}, path
        if answer.status_code != 400:
            assert answer.headers["Location"].startswith("/login"), path


def _addresses(app: Flask) -> list[tuple[str, str]]:
    return [
        (_filled(str(rule)), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("desk.")
    ]


def _filled(rule: str) -> str:
    return "/".join("1" if part.startswith("<") else part for part in rule.split("/"))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_what_is_its_own_and_a_sentence_for_the_rest(hotline: Hotline, role: Role) -> None:
    desk = sign_in(hotline, role)
    for right, path in ((Right.VOICEMAILS, "/voicemails"), (Right.STATISTICS, "/statistics")):
        answer = desk.client.get(path)
        if right in RIGHTS[role]:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 403
            assert "Cette page n’est pas pour votre rôle" in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_the_first_page_is_one_that_the_role_may_see(hotline: Hotline, role: Role) -> None:
    desk = sign_in(hotline, role)
    answer = desk.client.get("/", follow_redirects=True)
    assert answer.status_code == 200


def test_a_browser_left_alone_for_twelve_hours_has_to_sign_in_again(desk: Desk, clock: StoppedClock) -> None:
    desk.get("/")
    clock.advance(timedelta(hours=11))
    desk.get("/")
    clock.advance(timedelta(hours=11))
    desk.get("/")
    clock.advance(timedelta(hours=13))
    assert desk.get("/", status=303).headers["Location"].startswith("/login")


def test_nothing_is_kept_loaded_from_elsewhere_or_run_inline(desk: Desk) -> None:
    headers = desk.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["Cache-Control"] == "no-store"


def test_a_form_from_another_site_changes_nothing(desk: Desk) -> None:
    answer = desk.client.post("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in {403, 405}


@pytest.mark.parametrize(
    "back", ["//elsewhere.example", "/\t/elsewhere.example", "/\\elsewhere.example", "/a\nb"]
)
def test_a_form_leads_nowhere_but_here(desk: Desk, back: str) -> None:
    answer = desk.client.post("/language", data={"language": "fr", "back": back})
    assert answer.location == "/"
