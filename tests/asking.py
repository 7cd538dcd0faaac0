"""One thing at a time asked of an engine, as tests do; what answers people asks for all at once."""

from collections.abc import Mapping
from dataclasses import replace

from indexer.engine import Answer, Bucket, Engine, Hit, Question
from models.scope import Scope


def ask(engine: Engine, question: Question, scope: Scope) -> Answer:
    """Everything that one question wants."""
    [answer] = engine.ask_all([question], scope)
    return answer


def match(engine: Engine, question: Question, scope: Scope, limit: int) -> tuple[Hit, ...]:
    """The best `limit` posts by words."""
    return ask(engine, replace(question, match=limit, near=0, facets=(), count=False), scope).match


def near(engine: Engine, question: Question, scope: Scope, limit: int) -> tuple[Hit, ...]:
    """The `limit` posts nearest to the vector."""
    return ask(engine, replace(question, match=0, near=limit, facets=(), count=False), scope).near


def count(engine: Engine, question: Question, scope: Scope) -> int | None:
    """How many posts say all that is required."""
    return ask(engine, replace(question, match=0, near=0, facets=(), count=True), scope).count


def facets(
    engine: Engine, question: Question, scope: Scope, fields: tuple[str, ...]
) -> Mapping[str, tuple[Bucket, ...]]:
    """The same posts by value."""
    return ask(engine, replace(question, match=0, near=0, facets=fields, count=False), scope).facets
