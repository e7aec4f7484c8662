"""`scripts/screenshots` takes every picture; `telephones` or `coordination` after it, only those."""

import sys

from hotline import logs
from scripts.pictures import desk, telephones
from scripts.pictures.camera import browser

ALBUMS = {"telephones": telephones.pictures, "coordination": desk.pictures}


def main() -> None:
    """Take the pictures of the albums that were named, or of all."""
    logs.configure()
    wanted = sys.argv[1:] or list(ALBUMS)
    with browser() as chromium:
        for name in wanted:
            ALBUMS[name](chromium)


if __name__ == "__main__":
    main()
