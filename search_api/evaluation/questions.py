"""A judged question: what kind it is of, and in which half; and groups of such questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from search_api.evaluation.split import SPLITS, Split

Kind = Literal["plain", "cross_language", "noisy", "short", "restricted"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What makes a question hard to answer: `pipelines/judgements/README.md` tells them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is typed; without a kind, or in neither half, where nobody said so."""

    text: str
    kind: Kind | None = None
    split: Split | None = None


class Group(NamedTuple):
    """Questions of one kind (None: of any kind, or of none) in one half (None: in neither)."""

    kind: Kind | None
    split: Split | None


def groups_of(questions: Mapping[str, Question]) -> dict[Group, list[int]]:
    """The places of the questions of each group, from 0, in the order of `questions`; no group is empty."""
    asked = list(questions.values())
    groups = {
        Group(kind, split): [
            place
            for place, question in enumerate(asked)
            if question.split == split and kind in (None, question.kind)
        ]
        for kind in (*KINDS, None)
        for split in (*SPLITS, None)
    }
    return {group: places for group, places in groups.items() if places}
