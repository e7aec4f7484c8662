"""Everybody who may stand before our pages, and the forms that they are shown there."""

import io
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from flask import got_request_exception
from flask.testing import FlaskClient
from lxml import html
from lxml.html import FormElement
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models.status import Role
from tests.hostile import odd
from tests.hostile.odd import Pairs
from tests.past import Past
from tests.served import lender
from tests.web import visits
from tests.web.desk.conftest import sign_in

LONGEST_WORK, LONGEST_WAIT = 5.0, 30.0
"""Seconds of work, which other work on the machine does not change, and seconds in all."""
WAYS = ("GET", "POST")
WHO = ("nobody", "volunteer", *Role)
TOLD_DOWN = {"/status", "/readyz"}
"""What answers 503 for monitors when something is wrong."""
LEAVING = ("sign_out", "end_browsers", "end_browser", "leave", "depart", "agents", "outside", "keep_account")
"""Whatever shows this visitor out, or in another language."""
_PLACE = re.compile(r"<(?:[^<>:]+(?:\([^)]*\))?:)?(\w+)>")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Form:
    """A form as a page shows it: where it goes, what it holds, which of its fields take a file."""

    path: str
    method: str
    pairs: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


@dataclass(repr=False, eq=False)
class Visitor:
    """One browser; a fault of ours, or a long wait, is a failure of the test."""

    name: str
    client: FlaskClient
    base: str
    past: Past
    token: str = ""
    asked: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        got_request_exception.connect(self._note, self.client.application)

    def _note(self, _app: object, exception: Exception) -> None:
        self.faults.append(repr(exception)[:300])

    def rules(self, method: str) -> list[Rule]:
        """Every rule of ours for a method, except those that show this visitor out."""
        rules = sorted(self.client.application.url_map.iter_rules(), key=str)
        return [
            rule
            for rule in rules
            if method in (rule.methods or ()) and rule.endpoint.rpartition(".")[2] not in LEAVING
        ]

    def path(self, rule: Rule, odd_places: Mapping[str, str] | None = None) -> str:
        """An address of the rule, with what there is in its places, or with something odd."""
        known = {**vars(self.past), **(odd_places or {})}

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            value = known.get(name, known.get(name.removesuffix("_id"), 1))
            return quote(str(value).encode("utf-8", "surrogatepass"), safe="")

        return _PLACE.sub(fill, rule.rule)

    def ask(
        self,
        path: str,
        method: str = "GET",
        form: Pairs | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> TestResponse:
        """Send a request that must be answered without a fault, and before anybody gives up."""
        self.asked += 1
        began, worked = time.monotonic(), time.thread_time()
        answer = self.client.open(
            path, base_url=self.base, method=method, **_sent(method, form or [], files or {})
        )
        text = answer.text if answer.mimetype.startswith(("text/", "application/json")) else ""
        told = f"{self.name}: {method} {path[:200]} {_short(form or [])} {self.faults}"
        assert answer.status_code < 500 or urlsplit(path).path in TOLD_DOWN, told
        assert "Traceback (most recent" not in text, told
        assert time.thread_time() - worked < LONGEST_WORK, f"{told} is too much work"
        assert time.monotonic() - began < LONGEST_WAIT, f"{told} hangs"
        if found := _TOKEN.search(text):
            self.token = found[1]
        return answer

    def forms(self) -> list[Form]:
        """Every form of every page that this visitor sees, each kind once."""
        found: dict[tuple[str, str, tuple[str, ...]], Form] = {}
        for rule in self.rules("GET"):
            path = self.path(rule)
            answer = self.ask(path)
            if answer.mimetype == "text/html" and answer.data.strip():
                for form in _forms(answer, path):
                    names = tuple(sorted({name for name, _ in form.pairs}))
                    found.setdefault((form.method, re.sub(r"\d+", "N", form.path), names), form)
        return list(found.values())


def arrive(hotline: Hotline, past: Past, who: str) -> Visitor:
    """Let somebody come: nobody known, a volunteer by their link, or a role of the desk."""
    if who == "volunteer":
        came = visits.Visitor(hotline, past.volunteer).come_in()
        return Visitor(who, came.client, "https://hotline.example", past, came.token)
    if who == "nobody":
        return Visitor(who, lender.lend(hotline).test_client(), "https://hotline.example", past)
    desk = sign_in(hotline, Role(who), f"Dominique {who}")
    desk.client.application.config["WTF_CSRF_ENABLED"] = True
    visitor = Visitor(who, desk.client, "http://localhost", past)
    assert visitor.ask("/account").status_code == 200
    assert visitor.token
    return visitor


def _short(form: Pairs) -> str:
    return str([(name, value[:30] + "…" * (len(value) > 30)) for name, value in form])[:1500]


def _sent(method: str, form: Pairs, files: Mapping[str, bytes]) -> dict[str, object]:
    if method == "GET":
        return {"query_string": odd.urlencoded(form)}
    if not files:
        return {"data": odd.urlencoded(form), "content_type": "application/x-www-form-urlencoded"}
    data: dict[str, object] = {name: value.encode("utf-8", "replace").decode() for name, value in form}
    data.update({name: (io.BytesIO(content), "fichier.csv") for name, content in files.items()})
    return {"data": data, "content_type": "multipart/form-data"}


def _forms(answer: TestResponse, path: str) -> Iterator[Form]:
    for form in html.fromstring(answer.data).forms:
        assert isinstance(form, FormElement)
        action = form.get("action") or path
        if not any(f"/{word}" in action for word in ("sign-out", "fermer", "depart", "browsers", "language")):
            files = tuple(one.get("name") for one in form.xpath(".//input[@type='file']"))
            yield Form(action, form.method.upper(), tuple(_pairs(form)), files)


def _pairs(form: FormElement) -> Iterator[tuple[str, str]]:
    """Every field of a form, ticked or not, with what it would send."""
    for one in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name] | .//button[@name]"):
        options = one.xpath(".//option/@value") if one.tag == "select" else []
        value = options[0] if options else one.get("value") or one.text or ""
        if one.get("type") != "file":
            yield one.get("name"), str(value)
