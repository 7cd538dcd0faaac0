"""The report counts by kind, shows the first few of each, and stops a strict run."""

import pytest

from models.errors import BadInput
from pipelines.problems import Problem, ProblemReport


def bad_line(number: int) -> Problem:
    return Problem(
        kind="invalid_json",
        file="글.jsonl",
        line=number,
        message="Not JSON.",
        remedy="한 줄에 하나씩 쓰세요.",
    )


NOTE = Problem(kind="encoding", file="글.jsonl", line=7, message="CP949.", count=12, note=True)


def test_an_empty_report_says_nothing() -> None:
    assert str(ProblemReport()) == ""


def test_every_problem_is_counted_and_only_the_first_three_of_a_kind_are_shown() -> None:
    report = ProblemReport()
    for number in range(1, 6):
        report.add(bad_line(number))
    report.add(NOTE)
    assert report.problems == {"invalid_json": 5}
    assert report.notes == {"encoding": 12}
    assert str(report).splitlines() == [
        "5 problems",
        "  invalid_json: 5",
        "    글.jsonl:1: Not JSON.",
        "    글.jsonl:2: Not JSON.",
        "    글.jsonl:3: Not JSON.",
        "    → 한 줄에 하나씩 쓰세요.",
        "12 notes",
        "  encoding: 12",
        "    글.jsonl:7: CP949.",
    ]


def test_a_strict_report_stops_at_the_first_problem_and_says_where() -> None:
    with pytest.raises(BadInput, match=r"글\.jsonl:3: Not JSON\.") as raised:
        ProblemReport(strict=True).add(bad_line(3))
    assert raised.value.remedy == "한 줄에 하나씩 쓰세요."


def test_a_strict_report_goes_on_after_a_note() -> None:
    report = ProblemReport(strict=True)
    report.add(NOTE)
    assert report.notes == {"encoding": 12}
