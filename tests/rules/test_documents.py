"""What reviewers forget: what the documents name exists, and no tracked file names what it must not."""

import importlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from hotline.cli import main
from hotline.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]
FOLDERS = ("callflows", "config", "docs", "hotline", "scheduler", "scripts", "tests")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PLACE = re.compile(rf"(?<![\w/.-])(?:\.ci|{'|'.join(FOLDERS)})/[\w./-]*")
FUNCTION = re.compile(r"`((?:callflows|hotline|scheduler)/[\w/]+\.py):([\w.]+)`|`([\w/]+\.py)`: `(\w+)`")
COMMAND = re.compile(
    r"^(?:sudo -u hotline )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?hotline((?: +[\w./-]+)+)", re.MULTILINE
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pieces_of_code(text: str) -> Iterator[str]:
    """What stands between backquotes, also when a line breaks within it."""
    for found in CODE.finditer(text):
        yield " ".join(found[0].strip("`").split("\n")) if not found[0].startswith("```") else found[0]


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ +(.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def tracked_files() -> list[Path]:
    """What is in the repository or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    named = {place.rstrip(".") for code in pieces_of_code(text_of(name)) for place in PLACE.findall(code)}
    assert sorted(place for place in named if not (ROOT / place).exists()) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_function_that_a_document_names_exists(name: str) -> None:
    missing = []
    for file, function, other_file, other in FUNCTION.findall(text_of(name)):
        *owners, last = (function or other).split(".")
        source = text_of(file or other_file)
        if not all(
            re.search(rf"^ *(?:class|def) {word}\b|^{word} = ", source, re.MULTILINE)
            for word in (*owners, last)
        ):
            missing.append((file or other_file, function or other))
    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    document, broken = ROOT / name, []
    for link in LINK.findall(text_of(name)):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        if document in reached or document.suffix != ".md":
            continue
        reached.add(document)
        links = (
            unquote(link).partition("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8"))
        )
        ahead += [
            target for link in links if link and (target := (document.parent / link).resolve()).is_file()
        ]
    assert sorted(set(DOCUMENTS) - reached) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_a_document_names_exists(name: str) -> None:
    named = [words for code in pieces_of_code(text_of(name)) for words in COMMAND.findall(code)]
    assert [words for words in named if not is_command(words.split())] == []


def is_command(words: list[str]) -> bool:
    """Whether the words begin with a command of ours, and its subcommand when it has some."""
    group: click.Command = main
    for word in words:
        if not isinstance(group, click.Group):
            return all(not rest.startswith("-") or takes(group, rest) for rest in words[1:])
        found = group.get_command(click.Context(group), word)
        if found is None:
            return False
        group = found
    return True


def takes(command: click.Command, option: str) -> bool:
    """Whether a command knows an option."""
    return option == "--help" or any(option in parameter.opts for parameter in command.params)


@pytest.mark.parametrize("name", NAMES)
def test_every_target_of_make_that_a_document_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = {
        word
        for code in pieces_of_code(text_of(name))
        for word in re.findall(r"(?:^|[\s`])make ([a-z]+)", code)
    }
    assert named <= targets


@pytest.mark.parametrize("name", ["README.md", "docs/runbook.md", "docs/a-call.md"])
def test_every_address_that_a_document_names_is_served(name: str, hotline: object) -> None:
    rules = {rule.rule for rule in create_app(hotline).url_map.iter_rules()}  # type: ignore[arg-type]
    served = re.compile(r"(?<![\w.])(/(?:voice|sms|healthz|readyz|status)\b[\w/]*)")
    named = {path for code in pieces_of_code(text_of(name)) for path in served.findall(code)}
    assert sorted(path for path in named if path not in rules) == []


def test_the_runbook_says_what_to_do_for_every_check() -> None:
    said = re.findall(r'Reason\(\s*"(\w+)"', text_of("hotline/services/health.py"))
    for looks in sorted((ROOT / "hotline" / "checks").glob("*.py")):
        said += re.findall(r'(?:Finding|told)\(\s*"(\w+)"', looks.read_text())
    assert {"sweep", "spool", "geo", "keys"} <= set(said)
    assert sorted(name for name in set(said) if f"`{name}`" not in text_of("docs/runbook.md")) == []


def test_the_procfile_names_real_commands() -> None:
    lines = dict(line.split(": ", 1) for line in text_of("Procfile").splitlines())
    assert list(lines) == ["release", "web", "clock"]
    release, web, clock = (shlex.split(lines[name]) for name in lines)
    assert release[0] == "hotline"
    assert is_command(release[1:])
    assert (ROOT / web[web.index("-c") + 1]).is_file()
    module, _, application = web[-1].partition(":")
    assert re.search(rf"^{application} = ", text_of(f"{module.replace('.', '/')}.py"), re.MULTILINE)
    assert clock[:2] == ["python", "-m"]
    assert callable(importlib.import_module(f"{clock[2]}.__main__").main)


@pytest.mark.parametrize(
    "unit", sorted((ROOT / "config" / "systemd").glob("*.service")), ids=lambda unit: unit.name
)
def test_the_units_of_systemd_run_what_the_procfile_runs(unit: Path) -> None:
    commands = re.findall(r"^ExecStart(?:Pre)?=\S+/\.venv/bin/(.+)$", unit.read_text(), re.MULTILINE)
    procfile = [line.split(": ", 1)[1] for line in text_of("Procfile").splitlines()]
    assert commands
    assert [one for one in commands if one not in procfile and one.split()[:2] != ["hotline", "backup"]] == []


def test_no_tracked_file_names_a_registry_a_lock_file_or_a_place_of_this_machine() -> None:
    registries = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    registries += [
        ".".join(parts) for parts in (("deb", "debian", "org"), ("yarnpkg", "com"), ("jsdelivr", "net"))
    ]
    places = [str(Path.home()), str(ROOT)] if len(ROOT.parts) > 2 else []
    words = [*registries, *(f"{place}/" for place in places if place != "/"), "index-url" + " http"]
    words += [f'"{field}": "http' for field in ("resolved",)]
    found = [
        (str(file.relative_to(ROOT)), word)
        for file in tracked_files()
        for content in [file.read_bytes().decode("utf-8", "replace")]
        for word in words
        if word in content
    ]
    assert found == []


def test_no_lock_file_is_tracked() -> None:
    locks = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock"}
    assert [file.name for file in tracked_files() if file.name in locks] == []
