"""The judged questions about the sample company, and what a ranking is worth against them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, with_config

from search_api.evaluation.measures import Estimate
from search_api.evaluation.sample import BEST, Grade, folder_of, read_questions
from search_api.search.hits import SearchHit

FOLDER = folder_of("judgements")

Ask = Callable[[str, str], Sequence[SearchHit]]
"""Gives the first fifty hits of a text that a person asks: `hits` in conftest.py."""

_strict = with_config(ConfigDict(extra="forbid"))


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom somebody looks for: persons by grade, and those who must not come before the one to ask."""

    id: str
    text: str
    viewer: str
    experts: dict[str, Grade]
    never_before: Annotated[tuple[str, ...], Field(alias="not")]


def _read(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


QUESTIONS = read_questions()
WANTED = [TypeAdapter(Wanted).validate_json(line) for line in _read("experts.jsonl")]


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What somebody looks for and nobody in the company knows."""

    id: str
    text: str
    viewer: str


UNKNOWN = [TypeAdapter(Unknown).validate_json(line) for line in _read("nobody.jsonl")]


@_strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A post that was put right, replaced or revoked, and the posts that do it, of which any one may be found."""

    id: str
    kind: Literal["replaced", "corrected", "open"]
    older: str
    newer: tuple[str, ...]


SUPERSEDED = [TypeAdapter(Superseded).validate_json(line) for line in _read("superseded.jsonl")]


def told(found: Estimate) -> str:
    """A figure with its interval."""
    between = f" [{found.low:.2f}, {found.high:.2f}]" if found.low is not None else ""
    return f"{found.mean:.3f}{between}"


def place(ranking: Sequence[str], grades: Mapping[str, int]) -> int | None:
    """The place, from 1, of the first in the ranking that has the best grade."""
    return next((at for at, name in enumerate(ranking, 1) if grades.get(name) == BEST), None)


def reciprocal(place: int | None) -> float:
    """1 / place; 0 for what was not found."""
    return 1 / place if place else 0.0


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """nDCG of Järvelin & Kekäläinen 2002, with the grades as gains."""
    found = _gain([grades.get(name, 0) for name in ranking[:depth]])
    return found / _gain(sorted(grades.values(), reverse=True)[:depth])


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Which share of what is judged stands among the first."""
    return len(grades.keys() & set(ranking[:depth])) / len(grades)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(at + 1) for at, grade in enumerate(grades, 1))
