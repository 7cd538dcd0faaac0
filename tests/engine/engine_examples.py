"""Entries, questions and vectors for the tests of engines: short to write, complete as records."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from indexer.engine import (
    Bucket,
    Clause,
    Engine,
    Entry,
    Fingerprint,
    Hit,
    PassageEntry,
    Question,
    Removal,
    TextField,
    Word,
)
from models.language.annotation import Vector
from models.scope import EVERYONE, Scope

FINGERPRINT = Fingerprint(analyzer="test", embedder="모델 1", dimensions=8)

ALL = Scope(tokens=frozenset({EVERYONE}))
NOBODY = Scope()


def scope(*tokens: str, denied: Iterable[str] = ()) -> Scope:
    return Scope(tokens=frozenset(tokens), denied=frozenset(denied))


def vector(*values: float) -> Vector:
    """A unit vector of 8 dimensions that begins with these values."""
    row = np.zeros(8, np.float32)
    row[: len(values)] = values
    return row / np.float32(np.linalg.norm(row))


def passage(terms: str, near: Vector | None = None, grams: str = "") -> PassageEntry:
    return PassageEntry(terms=terms, grams=grams, vector=near)


def entry(post: str, *passages: str | PassageEntry, revision: int = 1, **changes: Any) -> Entry:
    """A post for everyone in one channel, unless changed."""
    made = Entry(
        post=post,
        revision=revision,
        audience=(EVERYONE,),
        containers=("company:두레전자", "channel:잡담", f"thread:{post}"),
        thread=post,
        channel="잡담",
        network="sns",
        kind="post",
        language="ko",
        created=datetime(2024, 5, 1, tzinfo=UTC),
        company="두레전자",
        unit="개발팀",
        passages=tuple(passage(text) if isinstance(text, str) else text for text in passages),
    )
    return replace(made, **changes)


def removal(post: str, revision: int) -> Removal:
    return Removal(post=post, revision=revision)


def asks(
    *terms: str,
    near: Vector | None = None,
    by: str | None = "모델 1",
    field: TextField = TextField.TERMS,
    **changes: Any,
) -> Question:
    """A question of one word a term, all of which are required, and near a vector made by an encoder."""
    words = tuple(Word(clauses=(Clause(field=field, term=term, weight=1.0),)) for term in terms)
    question = Question(words=words, required=words, vector={} if near is None else {by or "": near})
    return replace(question, **changes)


def publish(engine: Engine, *entries: Entry) -> None:
    engine.put(entries)
    engine.commit()


def found(hits: Iterable[Hit]) -> list[str]:
    return [hit.post for hit in hits]


def values(buckets: Iterable[Bucket]) -> list[tuple[str, int]]:
    return [(bucket.value, bucket.posts) for bucket in buckets]
