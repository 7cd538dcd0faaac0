"""Takes pictures of every page on the sample company, in both languages, for a desk and a phone.

`python scripts/screenshots.py FOLDER` serves the demo from a home of its own meanwhile. `--dark` takes them
in dark colours; `--picture FILE` takes the one picture of the README instead.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from selenium import webdriver

sys.path.insert(0, str(Path(__file__).parent))

from browser import open_browser, resize

DESK, PHONE = 1280, 390
PAGES = {
    "home": "/",
    "search": "/?q=VPN+접속이+끊겨요",
    "search-narrowed": "/?q=연차&kind=answer",
    "search-few": "/?q=회의실+예약+신청서",
    "nothing": "/?q=쀍쀍쀍",
    "who": "/who?q=VPN",
    "thread": "/thread/" + quote("sns:1001", safe=""),
    "thread-long": "/thread/" + quote("kms:5001", safe=""),
    "person": "/person/" + quote("p:kim.jaemin", safe=""),
    "topic": "/topic/vpn",
    "channel": "/channel/" + quote("sns:ch-it", safe=""),
    "compose": "/compose?title=VPN+끊김",
    "error": "/thread/none",
    "login": "/login",
}
SETTLED = 0.7
README_PAGE = "/?q=연차+이월은+어떻게+하나요"
README_WIDTH, README_HEIGHT = 1280, 860
PATIENCE = 120
"""Seconds that the demo may take to load the sample company."""


@contextmanager
def served(command: str, home: Path) -> Iterator[str]:
    """The address of a server of ours, `dure demo` or `dure serve` on a home, until the end."""
    arguments = [sys.executable, "-m", "search_api.cli", command, "--home", str(home), "--port", "0"]
    # No screen to show the page on: the address is printed all the same.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if address := next((word for word in line.split() if word.startswith("http")), None):
                    yield address.rstrip(".")
                    return
            raise SystemExit(f"`dure {command}` did not start.")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


@contextmanager
def served_demo() -> Iterator[str]:
    """The address of the demo, served from a home of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="dure-demo-", ignore_cleanup_errors=True) as home,
        served("demo", Path(home)) as address,
    ):
        yield address


def picture(browser: webdriver.Chrome, file: Path, *, whole: bool) -> None:
    """Write a picture of the page: all of it, or as much as the screen shows."""
    # Parts that a script fetches are in their places then.
    time.sleep(SETTLED)
    if whole:
        height = browser.execute_script("return document.documentElement.scrollHeight")
        width = browser.execute_script("return window.innerWidth")
        resize(browser, int(width), int(height))
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    file.write_bytes(b64decode(shot["data"]))


def take_all(folder: Path, *, dark: bool) -> None:
    """Every page in both languages at both widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with served_demo() as address:
        for language in ("ko", "en"):
            with open_browser(language=language, dark=dark) as browser:
                for name, path in PAGES.items():
                    for width in (DESK, PHONE):
                        resize(browser, width)
                        browser.get(address + path)
                        file = folder / f"{name}-{language}-{width}{'-dark' if dark else ''}.png"
                        picture(browser, file, whole=True)
                        print(file)


def take_one(file: Path) -> None:
    """The picture of the README: a search, as the first screen shows it."""
    with served_demo() as address, open_browser(language="ko") as browser:
        browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        resize(browser, README_WIDTH, README_HEIGHT)
        browser.get(address + README_PAGE)
        picture(browser, file, whole=False)
        print(file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    if given.picture:
        take_one(given.picture)
    elif given.folder:
        take_all(given.folder, dark=given.dark)
    else:
        parser.error("name a folder, or --picture FILE")
