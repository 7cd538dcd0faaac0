"""What a post has to say so that it says all that was asked, and counts as an exact answer."""

from collections.abc import Iterable, Iterator, Sequence

from indexer.engine import Clause, TextField, Word
from models.language.analyzer import Token
from models.language.grams import grams
from search_api.query.clauses import is_version, measures_of, term_clauses
from search_api.query.function_words import ASKING
from search_api.query.question_text import Piece, QuestionText
from search_api.query.saying import LIGHT
from search_api.query.weighing import NUMBER, token_clauses

MOST_TERMS = 300
"""Terms that are asked for: a post that says so many of a pasted page is that page."""
LIGHT_TAGS = frozenset({"NP", "NNB", "NNBC", "MAG", "MAJ", "MM", "IC", "VX"})
"""Pronouns, bound nouns, counters, adverbs: what is asked is asked without them. By judgement."""
COUNTER = "NNBC"


def required_words(question: QuestionText, words: Sequence[Word]) -> tuple[Word, ...]:
    """Words all of which an exact answer says, each by any of its clauses: as typed, or by a synonym.

    They are the tokens that tell something, not the white-space words. Of a question that tells nothing, of
    which `words` are the weighed ones, all terms are wanted, and where there is none all bigrams.
    """
    found = [word for piece in question.pieces for word in _of_piece(piece, question)]
    return tuple(_bounded(dict.fromkeys(found or _everything(words))))


def says_all(words: Sequence[Word], terms: str, text: str) -> bool:
    """Whether a post says all of the words, given its terms, as they are kept, and its text."""
    said = {TextField.TERMS: set(terms.split())}
    if any(clause.field is TextField.GRAMS for word in words for clause in word.clauses):
        said[TextField.GRAMS] = set(grams(text).split())
    return bool(words) and all(
        any(clause.is_said(said[clause.field]) for clause in word.clauses) for word in words
    )


def _of_piece(piece: Piece, question: QuestionText) -> Iterator[Word]:
    if not any(map(str.isalnum, piece.text)):
        # Emoji.
        yield from (Word((Clause(TextField.GRAMS, gram, 1.0),)) for gram in grams(piece.text).split())
        return
    before = None
    for token in piece.tokens:
        typed = list(token_clauses(piece, token))
        if _tells(piece, token, typed, before):
            clauses = (*_whole(token, typed), *_by_synonyms(token, question))
            yield Word(tuple(clause._replace(weight=1.0) for clause in clauses))
        before = token


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


def _bounded(words: Iterable[Word]) -> Iterator[Word]:
    terms = 0
    for word in words:
        terms += sum(1 + len(clause.same) + len(clause.beside) for clause in word.clauses)
        if terms > MOST_TERMS:
            return
        yield word
