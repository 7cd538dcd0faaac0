"""Settings that the environment gives, as a command takes them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.errors import BadSetting
from models.moments import day_of
from search_api.wiring.home import open_store
from search_api.wiring.settings import load_settings


def test_the_companys_days_are_those_of_the_time_zone_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2024, 2, 29, 15, 30, tzinfo=UTC)
    with open_store(load_settings(home=tmp_path), making=True) as store:
        assert str(day_of(noon, store.timezone)) == "2024-03-01"
    monkeypatch.setenv("DURE_TIMEZONE", "Europe/Berlin")
    with open_store(load_settings(home=tmp_path), making=True) as store:
        assert str(day_of(noon, store.timezone)) == "2024-02-29"


@pytest.mark.parametrize("name", ["Asia/Seol", "KST", "../etc", "Asia"])
def test_a_time_zone_that_there_is_not_is_said_with_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DURE_TIMEZONE", name)
    with (
        pytest.raises(BadSetting, match="DURE_TIMEZONE"),
        open_store(load_settings(home=tmp_path), making=True),
    ):
        pass
