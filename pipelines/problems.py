"""What was wrong with the input, with file, line and remedy, counted by kind and told at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from models.counted import counted
from models.errors import BadInput

EXAMPLES_KEPT = 3
"""Enough to see a pattern; more would bury the other kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the input that could not be used as it was; or a note, about what was used after all.

    `kind` names what reports count by (`invalid_json`, `unknown_user` …). `count` says how many cases this
    one problem stands for; `file` and `line` are those of the first. A note never stops a strict run.
    """

    kind: str
    file: str
    message: str
    line: int | None = None
    remedy: str = ""
    count: int = 1
    note: bool = False

    @property
    def where(self) -> str:
        """`file:line`, or the file where no line is known."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class ProblemReport:
    """Counts problems by kind and keeps the first few of each kind as examples.

    A strict report stops at the first problem (not at a note): `add` then raises `BadInput`.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._counts: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
        self._examples: dict[tuple[bool, str], list[Problem]] = {}

    def add(self, problem: Problem) -> None:
        """Count a problem; raises `BadInput` in a strict report."""
        if self._strict and not problem.note:
            raise BadInput(f"{problem.where}: {problem.message}", remedy=problem.remedy)
        self._counts[problem.note][problem.kind] += problem.count
        examples = self._examples.setdefault((problem.note, problem.kind), [])
        if len(examples) < EXAMPLES_KEPT:
            examples.append(problem)

    @property
    def problems(self) -> Mapping[str, int]:
        """Problems by kind."""
        return self._counts[False]

    @property
    def notes(self) -> Mapping[str, int]:
        """Notes by kind."""
        return self._counts[True]

    def __str__(self) -> str:
        """The summary for people: problems, then notes; each kind with its count, examples and remedies."""
        lines: list[str] = []
        for note, word in ((False, "problem"), (True, "note")):
            counts = self._counts[note]
            if not counts:
                continue
            lines.append(counted(counts.total(), word))
            for kind, count in counts.most_common():
                examples = self._examples[note, kind]
                lines.append(f"  {kind}: {count:,}")
                lines += [f"    {example.where}: {example.message}" for example in examples]
                remedies = dict.fromkeys(example.remedy for example in examples if example.remedy)
                lines += [f"    → {remedy}" for remedy in remedies]
        return "\n".join(lines)
