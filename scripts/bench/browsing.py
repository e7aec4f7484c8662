"""Which pages of the desk there are; found out by opening them, so that no new one is forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

PAGE, SEARCH, ROUND = 100, 200, 3000
_MOST_FILTERS, _LONGEST_FILTER, _PAGES_ON = 6, 26, 5
_LONG: Final = frozenset({"desk.person"})
_WEIGHED: Final = frozenset({"desk.assignment_call", "desk.request_volunteers"})
_NOTHING: Final = b"<html></html>"
_PLACES: Final = frozenset({"after", "before", "v"})

SEARCHES: Final = (
    "/people?q=mar",
    "/people?q=Lamr",
    "/people?q=marie+martin",
    "/people?q=jeanne+val",
    "/people?q=01+99+00+00+12",
    "/people?q=nobody@example.org",
    "/people/words?q=marseille",
    "/volunteers?name=camille",
    "/contacts/who?who=marie+dur",
)


@dataclass(frozen=True)
class View:
    """One page to open, and within how many milliseconds it should be there; no id is in its label.

    A page that weighs every volunteer for one person, as a round does, has another bound than a list.
    """

    label: str
    path: str
    bound: int


def views(app: Flask, client: FlaskClient, ids: Mapping[str, int]) -> Iterator[View]:
    """Open every page of the desk once, lists with their filters too, and a later part of what is long."""
    addresses = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if _is_page(rule) and rule.arguments <= ids.keys():
            values = {name: ids[name] for name in rule.arguments}
            yield from _opened(client, rule, addresses.build(rule.endpoint, values))
    for path in SEARCHES:
        if _shown(client, path) is not None:
            yield View(path, path, SEARCH)


def _is_page(rule: Rule) -> bool:
    return rule.endpoint.startswith("desk.") and "GET" in (rule.methods or ()) and "export" not in str(rule)


def _opened(client: FlaskClient, rule: Rule, path: str) -> Iterator[View]:
    page, label = _shown(client, path), str(rule)
    if page is None:
        return
    yield View(label, path, ROUND if rule.endpoint in _WEIGHED else PAGE)
    if not rule.arguments or rule.endpoint in _LONG:
        yield from _later(client, label, path, page)
    for query in [] if rule.arguments else _filters(page, path):
        filtered, named = f"{path}?{query}", f"{label}?{query}"
        page = _shown(client, filtered)
        if page is not None:
            yield View(named, filtered, PAGE)
            yield from _later(client, named, filtered, page)


def _later(client: FlaskClient, label: str, path: str, page: HtmlElement) -> Iterator[View]:
    """Turn the pages of a list; the last one reached stands for all later ones."""
    here, turned = path, 0
    while turned < _PAGES_ON and (link := page.find('.//a[@rel="next"]')) is not None:
        further = urljoin(here, link.get("href"))
        following = _shown(client, further)
        if following is None:
            break
        here, page, turned = further, following, turned + 1
    if turned:
        yield View(f"{label} ({turned} pages on)", here, PAGE)


def _filters(page: HtmlElement, path: str) -> list[str]:
    """Return the other ways to look at a page that it links to itself."""
    found: dict[str, None] = {}
    for link in page.iterfind(".//a[@href]"):
        to = urlsplit(urljoin(path, link.get("href")))
        asked = parse_qs(to.query)
        if to.path == path and asked and not _PLACES & asked.keys() and len(to.query) <= _LONGEST_FILTER:
            found.setdefault(urlencode(asked, doseq=True))
    return list(found)[:_MOST_FILTERS]


def _shown(client: FlaskClient, path: str) -> HtmlElement | None:
    """Return what a page shows; None for what is no page: it leads elsewhere, or is handed out as a file."""
    answer: TestResponse = client.get(path)
    if answer.status_code != 200 or "Content-Disposition" in answer.headers:
        return None
    return html.document_fromstring(answer.data if answer.data.strip() else _NOTHING)
