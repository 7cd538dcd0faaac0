"""The order of files, and the figures that some tests tell."""

import pytest

FIGURE = "figure"
"""The property of a test that is printed when all have run."""


LONG = {"slow", "browser", "opensearch"}
"""The marks of tests that take long."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files in which every test takes long first: two processes end together if what is left last is short."""
    short = {item.path for item in items if LONG.isdisjoint(mark.name for mark in item.iter_markers())}
    items.sort(key=lambda item: item.path in short)


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
