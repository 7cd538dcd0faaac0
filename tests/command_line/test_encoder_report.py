"""What `dure encoder` tells, in the company's days."""

import json
from datetime import UTC, datetime

import pytest

from models.language.training.finding import Gain
from models.moments import timezone_named
from search_api.cli import encoder_report
from search_api.cli.encoder_report import Adaptation, EncoderState

LATE = datetime(2024, 2, 29, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Seoul", "2024-03-01"), ("UTC", "2024-02-29"), ("America/New_York", "2024-02-29")],
)
def test_threads_are_told_up_to_a_day_of_the_company(
    zone: str, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    timezone = timezone_named(zone)
    adaptation = Adaptation(
        encoder=None,
        threads=900,
        until=LATE,
        new_words=12,
        share=0.5,
        questions=60,
        candidates=800,
        gain=Gain(before=0.5, after=0.6, low=0.05, high=0.15, few_before=0.7, few_after=0.8),
        paraphrases=(0.9, 0.9),
        keeps=True,
        seconds=40.0,
    )
    state = EncoderState(
        origin="adapted",
        encoder=None,
        revision="morphemes-1",
        adapted={"threads": 900, "until": LATE.isoformat()},
        vectors="morphemes-1",
    )

    encoder_report.adaptation(adaptation, timezone, as_json=False)
    encoder_report.state(state, timezone, as_json=False)
    assert capsys.readouterr().out.count(f"900 threads up to {day}") == 2

    encoder_report.adaptation(adaptation, timezone, as_json=True)
    assert json.loads(capsys.readouterr().out)["until"] == day
