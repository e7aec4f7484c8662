"""`python -m scripts.chaos`: play seeds, print what differs, fail when anything does."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from hotline import logs
from scripts.bench.databases import NoServerError
from scripts.chaos import story
from scripts.chaos.schedule import drawn

KEPT = Path("var/chaos")
_LITTLE_DISK = ("mount", "-t", "tmpfs", "-o", "size=12m", "hotline-chaos")
_GRACE = 60
_SKIPPED = 3
_ENDS = frozenset({0, _SKIPPED})
_REQUIRED = "postgres"
_APART = ("unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child")
_PRIVATE = (_APART, (*_APART, "--map-root-user"))


def main() -> int:
    """Play one seed here, or many, two at a time, each in a process of its own."""
    options = _parser().parse_args()
    if options.inside is not None:
        return _inside(options.inside, options.folder, little_disk=options.little_disk)
    seeds = (
        [options.seed] if options.seed is not None else range(options.start, options.start + options.seeds)
    )
    return _all(list(seeds), options.at_once)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many seeds (100)")
    parser.add_argument("--start", type=int, default=0, help="the first of them (0)")
    parser.add_argument("--seed", type=int, help="only this one, again")
    parser.add_argument("--at-once", type=int, default=2, help="how many side by side (2)")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--little-disk", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser


def _all(seeds: Sequence[int], at_once: int) -> int:
    began, private = time.monotonic(), _private()
    if not private:
        print("no little disk can be mounted here: the disk is never full")
    with ThreadPoolExecutor(at_once) as pool:
        codes = list(pool.map(lambda seed: _apart(seed, private), seeds))
    bad = {1} if _REQUIRED not in os.environ.get("HOTLINE_TEST_REQUIRE", "") else {1, _SKIPPED}
    failed = [seed for seed, code in zip(seeds, codes, strict=True) if code in bad]
    held, skipped, took = codes.count(0), codes.count(_SKIPPED), time.monotonic() - began
    print(f"{held} seeds hold, {len(failed)} do not, {skipped} skipped, {took:.0f} s")
    for seed in failed:
        print(f"  again: make chaos ARGS='--seed {seed}'")
    return 1 if failed else 0


def _private() -> tuple[str, ...]:
    """Return the command that gives a seed processes and mounts of its own; empty where none may."""
    with TemporaryDirectory() as folder:
        for command in _PRIVATE if shutil.which("unshare") else ():
            tried = subprocess.run([*command, *_LITTLE_DISK, folder], capture_output=True, check=False)
            if not tried.returncode:
                return command
    return ()


def _apart(seed: int, private: tuple[str, ...]) -> int:
    """Play a seed in a process of its own and print what came of it; keep its folder when it fails."""
    folder = Path(mkdtemp(prefix=f"hotline-chaos-{seed}-"))
    (folder / "data").mkdir()
    command = [sys.executable, "-m", "scripts.chaos", "--inside", str(seed), "--folder", str(folder)]
    command += ["--little-disk"] if private else []
    began = time.monotonic()
    try:
        played = subprocess.run(
            [*private, *command], capture_output=True, text=True, check=False, timeout=story.BOUND + _GRACE
        )
        code, said = played.returncode if played.returncode in _ENDS else 1, played.stdout
        (folder / "runner.log").write_text(played.stderr, encoding="utf-8")
    except subprocess.TimeoutExpired:
        code, said = 1, "it did not end\n"
    words = {0: "holds", _SKIPPED: "skipped"}.get(code, "DOES NOT HOLD")
    print(
        f"seed {seed} ({drawn(seed).kind}) {words} in {time.monotonic() - began:.0f} s\n{said}",
        end="",
        flush=True,
    )
    if code not in _ENDS:
        kept = KEPT / f"seed-{seed}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept)
        print(f"  kept in {kept}")
    shutil.rmtree(folder, ignore_errors=True)
    return code


def _inside(seed: int, folder: Path, *, little_disk: bool) -> int:
    """Play a seed; the little disk is gone with this process."""
    logs.configure()
    schedule = drawn(seed)
    if little_disk:
        subprocess.run([*_LITTLE_DISK, str(folder / "data")], check=True)
    try:
        found = story.play(schedule, folder)
    except NoServerError as error:
        print(f"  {error}")
        return _SKIPPED
    except (story.TooLongError, TimeoutError) as error:
        found = [str(error)]
    for event in schedule.events if found else ():
        print(f"  {event}")
    for difference in found:
        print(f"  ✗ {difference}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
