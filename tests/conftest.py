"""The figures that some tests tell."""

import pytest

FIGURE = "figure"
"""The property of a test that is printed when all have run."""


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
