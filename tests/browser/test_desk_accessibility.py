"""Every page of the desk and of its door: both languages, light and dark, wide and narrow, by anybody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import update

from hotline.cli.stage import Stage
from hotline.models import Coordinator
from hotline.web.i18n import COOKIE
from tests.browser.desk import NARROW, WIDE, address, let_in, window
from tests.browser.test_accessibility import AXE, overflow
from tests.past import Past, lived, typed
from tests.web.desk.conftest import Desk, sign_in
from tests.web.desk.door import EMAIL, PASSWORD, invited

pytestmark = pytest.mark.browser


class Way(NamedTuple):
    """One way to look at a page, and axe's rules that can be broken in it."""

    size: ViewportSize
    scheme: Literal["light", "dark"]
    rules: Mapping[str, object]


EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
WAYS: Final[Mapping[str, Sequence[Way]]] = {
    "fr": (Way(WIDE, "light", EVERYTHING), Way(NARROW, "dark", CONTRAST)),
    "en": (Way(WIDE, "dark", EVERYTHING), Way(NARROW, "light", CONTRAST)),
}
"""Every page is seen in all four; the second look in a language is for contrast, all that changes."""
SHARES = 3
TAKEN = set("jkn/?gz")
FURTHER = (
    "/nowhere",
    "/alerts?state=closed",
    "/assignments?group=late",
    "/contacts/new?caller={odette}",
    "/greetings?language=en",
    "/greetings/fr/texts.declined",
    "/people?q=od",
    "/mails?state=all",
    "/people?q=nobody",
    "/people/words?q=dimanche",
    "/people/{rose}",
    "/people/{odette}/merge?q=mar",
    "/partners?state=archived",
    "/referrals/1",
    "/referrals?state=sent",
    "/requests?state=closed",
    "/requests/{offered}",
    "/roster?week=2026-12-21",
    "/statistics?period=own&first=2020-01-01&last=2020-02-01",
    "/voicemails?state=handled",
    "/voicemails?state=later",
    "/voicemails/{nameless}?take=1",
    "/volunteers/message?to={volunteer}&body=F%C3%AAte",
    "/volunteers/{pending}",
)
LOOK = """() => {
  const keys = [...document.querySelectorAll("[data-shortcut]")].map((one) => one.dataset.shortcut);
  const links = [...document.querySelectorAll("a[href]")].map((one) => new URL(one.href));
  return {
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    brand: document.querySelector(".desk-name, .door-name")?.firstChild.textContent.trim(),
    keys,
    links: links.filter((one) => one.origin === location.origin).map((one) => one.pathname + one.search),
    nowhere: links.filter((one) => one.hash && one.href.split("#")[0] === location.href.split("#")[0]
      && !document.getElementById(decodeURIComponent(one.hash.slice(1)))).map((one) => one.hash),
  };
}"""
UNSEEN = """() => {
  const marked = (one) => {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined || style.boxShadow !== "none";
  };
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
  return all.filter((one) => one.checkVisibility() && !one.disabled).filter((one) => {
    one.focus({ preventScroll: true });
    if (document.activeElement !== one) return false;
    return !marked(one) && ![...(one.labels || [])].some(marked);
  }).map((one) => one.outerHTML.slice(0, 160));
}"""
FAULTS = """async ({ rules, exclude }) => {
  const options = { runOnly: rules, resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run({ exclude }, options);
  return violations.flatMap(({ id, nodes }) => nodes.map((at) => `${id} ${at.html} ${at.failureSummary}`));
}"""


@dataclass
class Sweep:
    """Looks at one page after another, and remembers what was wrong and where its links lead.

    What stands on every page is `known` once it was looked at.
    """

    page: Page
    language: str
    links: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def look(self, path: str) -> None:
        """Open a page and look at it in every way."""
        self.page.set_viewport_size(WIDE)
        self.page.goto(path)
        self.here()

    def here(self) -> None:
        """Look at the page that is open, wide and narrow, light and dark, with ordinary and large letters."""
        found = self.page.evaluate(LOOK)
        self.links |= set(found["links"])
        self._expect(found["language"] == self.language, f"speaks {found['language']}")
        self._expect(found["brand"] == "On se parle", f"is signed {found['brand']}")
        self._expect(found["headings"] == 1, f"{found['headings']} main headings")
        self._expect(not found["nowhere"], f"leads nowhere: {found['nowhere']}")
        self._keys(found["keys"])
        for way in WAYS[self.language]:
            self.page.set_viewport_size(way.size)
            self.page.emulate_media(color_scheme=way.scheme)
            self._expect(overflow(self.page) <= 0, f"scrolls sideways at {way.size['width']}")
            faults = self.page.evaluate(FAULTS, {"rules": way.rules, "exclude": self.known})
            self._expect(not faults, f"{way.size['width']} {way.scheme}: {faults}")
        if self.page.locator("body > header").count():
            self.known = ["body > header", "#shortcuts"]
        self.page.evaluate("document.documentElement.classList.add('large')")
        self._expect(overflow(self.page) <= 0, "scrolls sideways with large letters")
        self.page.keyboard.press("Tab")
        unseen = self.page.evaluate(UNSEEN)
        self._expect(not unseen, f"focus cannot be seen: {unseen}")

    def _keys(self, keys: list[str]) -> None:
        self._expect(len(set(keys)) == len(keys), f"one key for two things: {keys}")
        own = set(keys) - {"z"}
        self._expect(own.isdisjoint(TAKEN), f"a key that is taken: {keys}")

    def _expect(self, is_so: bool, otherwise: str = "") -> None:
        if not is_so:
            self.wrong.append(f"{urlsplit(self.page.url).path}: {otherwise}")


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line that has a mailbox."""
    monkeypatch.setenv("HOTLINE_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("HOTLINE_MAIL_ADDRESS", "onseparle@exemple.fr")
    return environment


@pytest.fixture
def past(town: Stage) -> Past:
    """A town in which a lot has happened, three hours later."""
    past = lived(town.hotline)
    town.exchange.clock.reach(town.now.replace(hour=17))
    return past


@contextmanager
def sweeping(chromium: Browser, town: Stage, language: str) -> Iterator[Sweep]:
    """A window in one language, with axe at hand."""
    with window(chromium, town) as page:
        page.context.add_init_script(path=AXE)
        page.context.add_cookies([{"name": COOKIE, "value": language, "url": address(town)}])
        yield Sweep(page, language)


@pytest.mark.parametrize("language", WAYS)
def test_every_page_of_the_door_is_for_everybody(chromium: Browser, town: Stage, language: str) -> None:
    with sweeping(chromium, town, language) as sweep:
        for path in ("/nowhere", "/invitation/over", "/login/passkey", "/login?next=%2Fpeople"):
            sweep.look(path)
        sweep.look(invited(town.hotline))
        send(sweep, name="Camille Faure", password=PASSWORD, again=PASSWORD)
        send(sweep, email=EMAIL, password="Une autre")
        send(sweep, email=EMAIL, password=PASSWORD)
        send(sweep)
        secret = sweep.page.locator(".secret").text_content() or ""
        telephone = TOTP(key=secret.replace("-", ""))
        send(sweep, code=telephone.generate(time=town.hotline.clock.now()).token)
        send(sweep)
        for path in ("password", "again", "code", "recovery-codes", "passkeys"):
            sweep.look(f"/account/{path}")
        sweep.page.set_viewport_size(WIDE)
        sweep.page.locator("header form[action='/sign-out'] button").click()
        sweep.page.goto("/login")
        send(sweep, email=EMAIL, password=PASSWORD)
        sweep.look("/login/recovery")
    assert sweep.wrong == []


def send(sweep: Sweep, **fields: str) -> None:
    """Fill in the form of the page and look at where it leads."""
    for name, value in fields.items():
        sweep.page.locator(f"main [name={name}]").fill(value)
    sweep.page.locator("main form .btn-primary").first.click()
    sweep.page.wait_for_load_state()
    sweep.here()


def speaking(desk: Desk, language: str) -> Desk:
    """Let somebody's desk speak their language."""
    with desk.hotline.database.write() as session:
        session.execute(update(Coordinator).values(language=language))
    return desk


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("language", WAYS)
def test_every_page_of_the_desk_is_for_everybody(
    chromium: Browser, town: Stage, past: Past, language: str, share: int
) -> None:
    desk = speaking(sign_in(town.hotline), language)
    further = [path.format_map(vars(past)) for path in FURTHER] if language == "fr" else []
    mine = [*addresses(desk, past), *further][share::SHARES]
    paths = [path for path in mine if is_page(desk, path)]
    assert len(paths) > 10
    with sweeping(chromium, town, language) as sweep:
        let_in(sweep.page.context, town, desk)
        for path in paths:
            sweep.look(path)
    assert sweep.wrong == []
    if further:
        assert dead(desk, sweep.links - set(paths)) == []


def addresses(desk: Desk, past: Past) -> Iterable[str]:
    """Every address of the desk that can be opened, with what is in this town."""
    app = desk.client.application
    known: dict[str, Any] = {
        "assignment_id": past.assignment,
        "batch": past.batch,
        "callback_id": past.callback,
        "caller_id": past.odette,
        "kind": "callers",
        "language": "fr",
        "name": "voicemail.after_the_beep",
        "mail_id": past.mail,
        "partner_id": past.partner,
        "referral_id": past.referral,
        "request_id": past.request,
        "shift_id": 1,
        "token": typed(desk.hotline, desk.coordinator),
        "voicemail_id": past.voicemail,
        "volunteer_id": past.volunteer,
    }
    exported = {"desk.statistics_export": {"name": "calls"}}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("desk.") and "GET" in (rule.methods or ()):
                values = known | exported.get(rule.endpoint, {})
                yield app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def is_page(desk: Desk, path: str) -> bool:
    """Tell whether this is a page rather than a part of one, a sound, a sheet or a way to elsewhere."""
    answer = desk.client.get(path)
    assert answer.status_code in ({404} if path == "/nowhere" else {200, 204, 302, 303}), path
    return answer.mimetype == "text/html" and "<html" in answer.text


def dead(desk: Desk, links: Iterable[str]) -> list[str]:
    """Return the addresses at which there is nothing."""
    return [link for link in links if desk.client.get(link, follow_redirects=True).status_code != 200]
