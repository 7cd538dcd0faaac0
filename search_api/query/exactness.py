"""What a post has to say so that it says all that was asked, and counts as an exact answer."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from indexer.engine import Clause, TextField, Word
from models.language.analyzer import Token
from models.language.grams import grams
from search_api.query.clauses import VERB_TAGS, is_version, measures_of, term_clauses
from search_api.query.function_words import ASKING
from search_api.query.question_text import NOUN_TAGS, Piece, QuestionText
from search_api.query.saying import LIGHT
from search_api.query.weighing import NUMBER, token_clauses

MOST_TERMS = 300
"""Terms that are asked for: a post that says so many of a pasted page is that page."""
TOGETHER = 15
"""Terms between one word and the next that are said together. Of the judged threads of `dev` that say all the
words .91 [.80, .97] are exact with 15, .85 with 30, and .80 wherever the words stand."""
BESIDE = 3
"""The same of what is typed as one, 12월 or 유통기한: forms of compounds stand between. By judgement."""
LIGHT_TAGS = frozenset({"NP", "NNB", "NNBC", "MAG", "MAJ", "MM", "IC", "VX"})
"""Pronouns, bound nouns, counters, adverbs: what is asked is asked without them. By judgement."""
COUNTER = "NNBC"
BOUND = frozenset({"NNB", COUNTER})
ADVERBS = frozenset({"MAG", "IC"})
PREFIX, NOUN_ENDING, CONNECTING = "XPN", "ETN", "EC"


class Typed(NamedTuple):
    """How a word stands in a question: its text, empty where that would tell nobody anything, and the number
    of the white-space word.
    """

    text: str
    piece: int


def required_words(question: QuestionText, words: Sequence[Word]) -> dict[Word, Typed]:
    """Words all of which an exact answer says, each by any of its clauses: as typed, or by a synonym.

    They are the tokens that tell something, not the white-space words. Of a question that tells nothing, of
    which `words` are the weighed ones, all terms are wanted, and where there is none all bigrams.
    """
    found: dict[Word, Typed] = {}
    for number, piece in enumerate(question.pieces):
        for word, text in _of_piece(piece, question):
            found.setdefault(word, Typed(text, number))
    if not found:
        found = {word: Typed("", number) for number, word in enumerate(_everything(words))}
    return dict(_bounded(found))


class Exactness:
    """Who says all of the words, close together; many posts say the same of a question, which is looked at
    once.
    """

    def __init__(self, words: Mapping[Word, Typed]) -> None:
        self._words = words
        fields = [{clause.field for clause in word.clauses} for word in words]
        self._by_terms = [word for word, of in zip(words, fields, strict=True) if TextField.GRAMS not in of]
        self._by_letters = [word for word, of in zip(words, fields, strict=True) if TextField.GRAMS in of]
        self._has_terms = cache(self._says_terms)

    def is_said(self, forms: frozenset[str], terms: str, text: str) -> bool:
        """Whether a post is an exact answer, given its terms, or those of them that tell; all of them in
        order, as they are kept; and its text.
        """
        return self.says_all(forms, text) and self._says_together(terms)

    def says_all(self, forms: frozenset[str], text: str) -> bool:
        """Whether it says all of the words, wherever."""
        if not self._words or not self._has_terms(forms):
            return False
        if not self._by_letters:
            return True
        said = {TextField.TERMS: forms, TextField.GRAMS: frozenset(grams(text).split())}
        return all(
            any(clause.is_said(said[clause.field]) for clause in word.clauses) for word in self._by_letters
        )

    def _says_terms(self, forms: frozenset[str]) -> bool:
        return all(any(clause.is_said(forms) for clause in word.clauses) for word in self._by_terms)

    def _says_together(self, terms: str) -> bool:
        """Whether a post that says all of the words says them close together: a long text says many words
        that have nothing to do with each other.
        """
        said = terms.split()
        forms = frozenset(said)
        words_of: dict[str, list[int]] = {}
        pieces: dict[int, set[int]] = {}
        for number, (word, typed) in enumerate(self._words.items()):
            for clause in word.clauses:
                if clause.field is TextField.TERMS and clause.is_said(forms):
                    pieces.setdefault(typed.piece, set()).add(number)
                    for form in (clause.term, *clause.same):
                        words_of.setdefault(form, []).append(number)
        places = [(place, number) for place, form in enumerate(said) for number in words_of.get(form, ())]
        everything = set().union(*pieces.values())
        return _is_within(places, everything, TOGETHER) and all(
            _is_within(places, piece, BESIDE) for piece in pieces.values()
        )


def _is_within(places: Iterable[tuple[int, int]], wanted: Collection[int], gap: int) -> bool:
    """Whether the wanted numbers stand somewhere with, on average, no more than a gap between two."""
    mine = [(place, number) for place, number in places if number in wanted]
    inside: Counter[int] = Counter()
    begin = 0
    for place, number in mine:
        inside[number] += 1
        # The narrowest that ends here.
        while inside[mine[begin][1]] > 1:
            inside[mine[begin][1]] -= 1
            begin += 1
        if len(inside) == len(wanted) and place - mine[begin][0] <= gap * (len(wanted) - 1):
            return True
    return not wanted


def _of_piece(piece: Piece, question: QuestionText) -> Iterator[tuple[Word, str]]:
    if not any(map(str.isalnum, piece.text)):
        # Emoji.
        yield from _letters(piece)
        return
    if _is_torn(piece, question):
        yield from _letters(piece)
        return
    before = None
    for token in piece.tokens:
        typed = list(token_clauses(piece, token))
        if _tells(piece, token, typed, before):
            clauses = (*_whole(token, typed), *_by_synonyms(token, question))
            typed_as = piece.text[token.start - piece.start : token.end - piece.start]
            yield Word(tuple(clause._replace(weight=1.0) for clause in clauses)), typed_as
        before = token


def _letters(piece: Piece) -> Iterator[tuple[Word, str]]:
    return ((Word((Clause(TextField.GRAMS, gram, 1.0),)), "") for gram in grams(piece.text).split())


def _is_torn(piece: Piece, question: QuestionText) -> bool:
    """Whether a noun is read as something else, as happens where words stand alone: 보냉 as 보 and a prefix
    of nothing, 씰 as a bound noun with nothing before it, 안전화 as an adverb and 전화, 보고 as a verb.
    """
    tags = [token.tag.split("+") for token in piece.tokens]
    if not tags:
        return False
    begins, ends = piece.tokens[0] is question.tokens[0], piece.tokens[-1] is question.tokens[-1]
    if tags[-1][-1] == PREFIX or (begins and tags[0][0] in BOUND):
        return True
    if any(one[-1] in ADVERBS and other[0] in NOUN_TAGS for one, other in pairwise(tags)):
        return True
    # Of the verbs that only ask those that end as a noun does, or with what must be followed by another.
    asks = tags[0][0] in VERB_TAGS and any(term.form in ASKING for term in piece.tokens[0].terms)
    return asks and (tags[-1][-1] == NOUN_ENDING or (ends and tags[-1][-1] == CONNECTING))


def _tells(piece: Piece, token: Token, clauses: Sequence[Clause], before: Token | None) -> bool:
    """Whether a token tells what is asked about; a counter does with its number."""
    if piece.is_interrogative(token) or all(clause.weight <= LIGHT for clause in clauses):
        return False
    if token.terms[0].form in ASKING:
        return False
    tag = token.terms[0].tag
    counted = tag == COUNTER and before is not None and before.tag == NUMBER
    return counted or tag not in LIGHT_TAGS


def _whole(token: Token, clauses: Sequence[Clause]) -> Sequence[Clause]:
    """The clauses that say a token: of a measure or version only the whole, for its figures are anywhere."""
    if measures_of(token):
        return clauses[:1]
    return [clause for clause in clauses if not clause.beside] if is_version(token) else clauses


def _by_synonyms(token: Token, question: QuestionText) -> Iterator[Clause]:
    """The clauses of synonyms of what a token is a word of: a name of several words is said by them all."""
    for start, end, tokens in question.synonyms:
        if not start <= token.start < end:
            continue
        if len(tokens) == 1:
            yield from term_clauses(tokens[0])
        elif forms := [token.terms[0].form for token in tokens if token.terms]:
            yield Clause(TextField.TERMS, forms[0], 1.0, (), tuple(forms[1:]))


def _everything(words: Iterable[Word]) -> Iterator[Word]:
    clauses = [clause for word in words for clause in word.clauses if not clause.beside]
    terms = [clause for clause in clauses if clause.field is TextField.TERMS]
    return (Word((clause._replace(weight=1.0),)) for clause in terms or clauses)


def _bounded(words: Mapping[Word, Typed]) -> Iterator[tuple[Word, Typed]]:
    terms = 0
    for word, typed in words.items():
        terms += sum(1 + len(clause.same) + len(clause.beside) for clause in word.clauses)
        if terms > MOST_TERMS:
            return
        yield word, typed
