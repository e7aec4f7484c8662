"""What others made is carried along unchanged, each file with its licence."""

import hashlib
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PRODUCT = HERE.parents[1] / "hotline"
FOLDERS = [HERE / "vendor", PRODUCT / "rehearsal/static/vendor", PRODUCT / "web/static/vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=["tests", "telephones page", "pages"])
def test_each_vendored_file_is_the_one_that_its_list_names(folder: Path) -> None:
    listed = tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))["file"]
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {entry["path"] for entry in listed} | {"vendor.toml"} == found
    for entry in listed:
        assert hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert any("LICENSE" in entry["path"] for entry in listed)
