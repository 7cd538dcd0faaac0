"""The index terms of tokens, flattened: posts and questions take theirs from the same place."""

from collections.abc import Iterable

from models.language.analyzer import Term, Token


def terms(tokens: Iterable[Token]) -> list[Term]:
    """Every term in text order, a compound before its parts."""
    return [term for token in tokens for term in token.terms]
