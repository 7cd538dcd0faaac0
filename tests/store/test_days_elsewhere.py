"""Days where clocks are put forward and back, also at midnight: each begins once, right after the one before."""

from datetime import date, timedelta

import pytest

from models.moments import day_begins, day_of, timezone_named

ZONES = (
    "Asia/Seoul",
    "UTC",
    "America/New_York",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Africa/Cairo",  # from midnight to one o'clock, and from midnight back
    "America/Havana",  # from one o'clock back to midnight
)
YEAR = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("name", ZONES)
def test_every_day_begins_once_and_right_after_the_one_before(name: str) -> None:
    zone = timezone_named(name)
    wrong = [
        day
        for day in YEAR
        if day_of(day_begins(day, zone), zone) != day
        or day_of(day_begins(day, zone) - MOMENT, zone) != day - DAY
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Asia/Seoul", {24}),
        ("America/New_York", {23, 24, 25}),
        ("Africa/Cairo", {23, 24, 25}),
        ("America/Havana", {23, 24, 25}),
        ("Australia/Lord_Howe", {23.5, 24, 24.5}),
    ],
)
def test_days_are_as_long_as_their_clocks_make_them(name: str, hours: set[float]) -> None:
    zone = timezone_named(name)
    lengths = {day_begins(day + DAY, zone) - day_begins(day, zone) for day in YEAR}

    assert {length / timedelta(hours=1) for length in lengths} == hours
