"""Judged questions fall into a part for tuning and one that only tells, by one fixed rule."""

import json
from collections import Counter
from importlib.resources import files

import pytest

from search_api.evaluation.measures import share
from search_api.evaluation.split import SPLITS, split_of


@pytest.mark.parametrize(
    ("question", "split"),
    [("q-factory-01", "test"), ("q-factory-20", "dev"), ("n-09", "test"), ("x-market-10", "dev")],
)
def test_even_numbers_tune_and_odd_ones_only_tell(question: str, split: str) -> None:
    assert split_of(question) == split


def test_an_id_without_a_number_belongs_to_neither() -> None:
    with pytest.raises(ValueError, match="x-factory"):
        split_of("x-factory")


@pytest.mark.parametrize("name", ["questions", "experts", "nobody"])
def test_both_halves_hold_as_many_of_each_company_and_kind(name: str) -> None:
    lines = (files("pipelines") / "judgements" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    held = Counter((row["id"].rpartition("-")[0], row.get("kind"), split_of(row["id"])) for row in rows)

    assert {split for *_, split in held} == set(SPLITS)
    for company, kind, _ in held:
        assert held[company, kind, "dev"] == held[company, kind, "test"], (company, kind)


def test_a_share_of_few_has_a_wide_interval_also_where_all_are_right() -> None:
    """Wilson 1927: 10 of 10 is .72 or more, 5 of 10 is between .24 and .76."""
    assert share(10, 10) == pytest.approx((1.0, 0.7225, 1.0), abs=1e-4)
    assert share(5, 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)
