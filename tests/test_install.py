"""`make run` and `make test` on a machine where something is missing: one clear sentence, and no trace."""

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone's files that the installation reads."""
    folder = tmp_path / "clone"
    (folder / "scripts").mkdir(parents=True)
    for name in ("scripts/install", "pyproject.toml", "constraints.txt", "Makefile"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH of its own, with the few programs a shell script needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "printf", "pwd", "rm", "make", "awk"):
        (folder / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return folder


def pretend(programs: Path, script: str) -> None:
    """Put another `python3` on the PATH."""
    fake = programs / "python3"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)


def install(clone: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "install"],
        cwd=clone,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_python_that_is_too_old_is_named(clone: Path, programs: Path) -> None:
    pretend(programs, 'case "$*" in *--version*) echo "Python 3.9.2";; *) exit 1;; esac')
    done = install(clone, programs)
    assert done.returncode != 0
    assert "Il faut Python 3.11 ou plus récent ; trouvé ici : Python 3.9.2." in done.stderr


def test_no_python_at_all_is_said(clone: Path, programs: Path) -> None:
    done = install(clone, programs)
    assert done.returncode != 0
    assert "aucun Python" in done.stderr


def test_debian_without_its_venv_package_is_told_which_one(clone: Path, programs: Path) -> None:
    pretend(programs, 'case "$*" in *ensurepip*) exit 1;; *) exit 0;; esac')
    done = install(clone, programs)
    assert done.returncode != 0
    assert "sudo apt install python3-venv" in done.stderr


def test_an_installation_without_network_says_so_in_one_sentence(clone: Path, programs: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    broken = clone / ".venv" / "bin" / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    pretend(programs, "exit 0")
    done = install(clone, programs)
    assert done.returncode != 0
    assert "vérifiez la connexion" in done.stderr
    assert not (clone / ".venv" / ".installed-dev").exists()


def test_a_folder_that_cannot_be_written_is_said(clone: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(clone, folder, dirs_exist_ok=True)
        folder.chmod(0o555)
        done = subprocess.run(
            ["sh", "scripts/install", "dev"],
            cwd=folder,
            user=65534 if os.geteuid() == 0 else None,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        folder.chmod(0o755)
    assert done.returncode != 0
    assert "Impossible d'écrire" in done.stderr
