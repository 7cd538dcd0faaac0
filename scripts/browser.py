"""The system's Chromium for tests and screenshots: found, or on Debian installed, and driven headless.

`python scripts/browser.py install` installs it with fonts for Korean and emoji; it needs root and apt.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

PACKAGES = ("chromium", "chromium-driver", "fonts-noto-cjk", "fonts-noto-color-emoji")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # in a container there is no other user to separate it from
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers give /dev/shm little room
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserMissing(Exception):
    """There is no browser or no driver on this machine; the message is the reason to skip tests."""


def find_browser() -> tuple[Path, Path]:
    """The browser and its driver; raises `BrowserMissing`."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        raise BrowserMissing(
            "A browser is needed: python scripts/browser.py install, or install chromium and chromedriver"
        )
    return Path(browser), Path(driver)


@contextmanager
def open_browser(*, language: str = "ko-KR", dark: bool = False) -> Iterator[webdriver.Chrome]:
    """A fresh browser that keeps nothing; raises `BrowserMissing`.

    `language` is what it asks pages for. Its logs hold what pages said and what they loaded.
    """
    browser, driver = find_browser()
    options = Options()
    options.binary_location = str(browser)
    with tempfile.TemporaryDirectory(prefix="dure-browser-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--lang={language}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        opened = webdriver.Chrome(options, Service(str(driver)))
        try:
            prefer(opened, dark=dark)
            yield opened
        finally:
            opened.quit()


@contextmanager
def open_window(browser: webdriver.Chrome) -> Iterator[None]:
    """A fresh window of a browser, which afterwards is closed; the browser keeps nothing of it."""
    before = browser.current_window_handle
    browser.switch_to.new_window("window")
    try:
        prefer(browser)
        yield
    finally:
        browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        browser.execute_cdp_cmd("Network.clearBrowserCache", {})
        browser.close()
        browser.switch_to.window(before)


def prefer(browser: webdriver.Chrome, *, dark: bool = False) -> None:
    """Have pages in this window think that somebody prefers such colours, and little motion."""
    features = [
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def resize(browser: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Give pages a screen of this width; windows cannot be as narrow as a phone."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def requested(browser: webdriver.Chrome) -> list[str]:
    """The addresses that pages have loaded since the last call."""
    found = []
    for entry in browser.get_log("performance"):  # type: ignore[no-untyped-call]
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(str(message["params"]["request"]["url"]))
    return found


def install() -> None:
    """Install the browser and its fonts by apt; raises `BrowserMissing` where that cannot be."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise BrowserMissing(f"Only root on Debian can do that. Install {', '.join(PACKAGES)} otherwise.")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "--quiet", *command], check=True, env=environment)


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["install"]:
            install()
        print(*find_browser())
    except BrowserMissing as reason:
        sys.exit(str(reason))
