"""The words of a question as an engine takes them: clauses of ready-made terms, with weights."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple


class TextField(StrEnum):
    """A field of ready-made, space-separated terms."""

    TERMS = "terms"
    GRAMS = "grams"


class Clause(NamedTuple):
    """One term in one field and how much a match of it counts (times its BM25).

    `beside` are terms without which it says nothing: a compound is said by all of its parts, never by one
    alone. `same` are terms that say as much by themselves: other spellings, the compound that it is part of.
    A passage that holds both counts once, by whichever scores more.
    """

    field: TextField
    term: str
    weight: float
    same: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def is_said(self, forms: Collection[str]) -> bool:
        """Whether a text of these terms says it."""
        spelled = self.term in forms and all(other in forms for other in self.beside)
        return spelled or any(other in forms for other in self.same)


class Word(NamedTuple):
    """One white-space word of the question, matched by any of its clauses; the clauses that hit add up."""

    clauses: tuple[Clause, ...]
