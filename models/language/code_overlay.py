"""Codes, laid over the morphemes that an analyser has cut them into."""

from collections.abc import Iterable

from models.language.analyzer import Term, Token
from models.language.codes import code_pattern, code_terms
from models.language.company_words import WordTerms

_new = tuple.__new__


class CodeOverlay:
    """Finds codes in lower-case, normalised text. Never changes, so that threads may share it.

    `words` are company words to find like codes, because an analyser would cut them at their signs or where
    the script changes; `known` has the terms of those that have parts.
    """

    def __init__(self, known: WordTerms, words: Iterable[str] = ()) -> None:
        self._known = known
        self._pattern = code_pattern(words)

    def lay(self, text: str, offset: int, tokens: list[Token], first: int) -> None:
        """Put each code of a text that begins at `offset` in place of its tokens, from number `first` on."""
        codes = self._pattern.finditer(text)
        code = next(codes, None)
        if code is None:
            return
        read = tokens[first:]
        del tokens[first:]
        covered = 0
        for token in read:
            place, stop = token.start - offset, token.end - offset
            while code and code.start() < place:
                code = next(codes, None)
            if code and code.start() == place and code.end() >= stop:
                covered = code.end()
                terms = self._known.get(code[0]) or code_terms(code[0])
                tokens.append(placed_token(token.start, offset + covered, terms[0].tag, terms))
            elif place >= covered:
                tokens.append(token)
            elif stop > covered:
                # It begins within a code and ends behind it: the grams hold what is lost here.
                tokens.append(Token(offset + covered, token.end, token.tag))


def placed_token(start: int, end: int, tag: str, terms: tuple[Term, ...]) -> Token:
    """A token whose terms have offsets from its start."""
    # `tuple.__new__`: most of an analysis is making these, and a NamedTuple's own way takes twice as long.
    if not terms:
        return _new(Token, (start, end, tag, ()))
    placed = [
        _new(Term, (form, start + first, start + last, kind, role)) for form, first, last, kind, role in terms
    ]
    return _new(Token, (start, end, tag, tuple(placed)))
