"""The order of files, where tests write, and the figures that some tests tell."""

import os
from pathlib import Path

import pytest

FIGURE = "figure"
"""The property of a test that is printed when all have run."""


LONG = {"slow", "browser", "opensearch"}
"""The marks of tests that take long."""

MEMORY = Path("/dev/shm")
"""A file system in memory, where there is one."""
ROOM = 6 << 30
"""Bytes that are free there: a whole run keeps a third of it at most."""


def pytest_configure() -> None:
    """Have temporary folders in memory: thousands of commits would each wait for the disk, which no test looks at."""
    if MEMORY.is_dir():
        found = os.statvfs(MEMORY)
        # In containers it is mostly small, and may forbid programs, which some tests install.
        if found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with many tests that take long first: two processes end together if what is left last is short."""
    tests: dict[Path, list[bool]] = {}
    for item in items:
        long = not LONG.isdisjoint(mark.name for mark in item.iter_markers())
        tests.setdefault(item.path, []).append(long)
    items.sort(key=lambda item: -sum(tests[item.path]) / len(tests[item.path]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, so that whoever changes the ranking sees what it did."""
    lines = [
        line
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, line in report.user_properties
        if name == FIGURE
    ]
    if lines:
        terminalreporter.section("judged questions")
        for line in sorted(lines):
            terminalreporter.write_line(str(line))
