"""How tests are spread over processes, and the figures that some of them tell."""

from pathlib import Path

import pytest

FIGURE = "figure"
"""The property of a test that is printed when all have run."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file stay in one process, and so do all that need OpenSearch: one node is enough."""
    for item in items:
        file = item.path.relative_to(Path(__file__).parent).as_posix()
        group = "opensearch" if item.get_closest_marker("opensearch") else file
        item.add_marker(pytest.mark.xdist_group(group))


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
