"""A real Chromium on a real server: the demo with the sample company, and one where tokens are needed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from browser import BrowserMissing, find_browser, open_browser, open_window, requested, resize
from screenshots import served, served_demo

DURE = [sys.executable, "-m", "search_api.cli"]


@pytest.fixture(scope="session")
def needs_browser() -> None:
    """Skips where there is no browser; under `CI=true` that is a failure."""
    try:
        find_browser()
    except BrowserMissing as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def demo(needs_browser: None) -> Iterator[str]:
    """The address of the demo; what tests write there stays for the others."""
    with served_demo() as address:
        yield address


@pytest.fixture(scope="session")
def guarded(needs_browser: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server that needs tokens, and one for the person `p:kim`."""
    home = tmp_path_factory.mktemp("guarded")
    people = home / "people.jsonl"
    people.write_text(
        '{"type": "person", "id": "p:kim", "name": "김하늘"}\n'
        '{"type": "channel", "id": "sns:town", "network": "sns", "name": "광장"}\n',
        encoding="utf-8",
    )
    subprocess.run([*DURE, "ingest", "jsonl", str(people), "--home", str(home)], check=True)
    token = subprocess.run(
        [*DURE, "token", "create", "kim", "--as", "p:kim", "--home", str(home)],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    with served("serve", home) as address:
        yield address, token


@pytest.fixture(scope="session")
def chrome(demo: str) -> Iterator[webdriver.Chrome]:
    """A browser that asks for Korean: starting one takes longer than most tests."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def browser(chrome: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The browser with a fresh window of a desk's width, which knows nothing of former tests.

    After the test: no page has complained, and nothing was loaded from anywhere but this machine.
    """
    with open_window(chrome):
        resize(chrome, 1280)
        requested(chrome)
        chrome.get_log("browser")
        yield chrome
        complaints = [entry for entry in chrome.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        assert complaints == []
        foreign = [url for url in requested(chrome) if not re.match(r"http://127\.0\.0\.1:\d+/|data:", url)]
        assert foreign == []
