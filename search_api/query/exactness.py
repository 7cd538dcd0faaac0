"""What a post has to say so that it says all that was asked, and counts as an exact answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from indexer.engine import Clause, TextField, Word
from models.language.analyzer import Token
from models.language.grams import grams
from models.language.normalization import fold
from search_api.query.clauses import is_version, measures_of, term_clauses
from search_api.query.function_words import ASKING
from search_api.query.question_text import Piece, QuestionText
from search_api.query.saying import LIGHT
from search_api.query.weighing import token_clauses

MOST_TERMS = 300
"""Terms that are asked for: a post that says so many of a pasted page is that page."""
LIGHT_TAGS = frozenset({"NP", "NNB", "NNBC", "MAG", "MAJ", "MM", "IC", "VX"})
"""Pronouns, bound nouns, counters, adverbs: what is asked is asked without them. By judgement."""
COUNTER, NUMBER = "NNBC", "SN"


def required_words(question: QuestionText, words: Sequence[Word]) -> tuple[Word, ...]:
    """Words all of which an exact answer says, each by any of its clauses: as typed, or by a synonym.

    They are the tokens that tell something, not the white-space words. Of a question that tells nothing, of
    which `words` are the weighed ones, all terms are wanted, and where there is none all bigrams.
    """
    found = [word for piece in question.pieces for word in _of_piece(piece, question)]
    return tuple(_bounded(dict.fromkeys(found or _everything(words))))


def exact_match(words: Sequence[Word]) -> Callable[[str, str], bool]:
    """Whether a post says all of the words, given its terms, as they are kept, and its text."""
    needed = [[_needles(clause) for clause in word.clauses] for word in words]
    by_text = any(clause.field is TextField.GRAMS for word in words for clause in word.clauses)

    def is_exact(terms: str, text: str) -> bool:
        # A line of terms for each passage.
        said = f" {terms} ".replace("\n", " \n ")
        if by_text:
            said += fold(text)
        return all(
            any(any(all(map(said.__contains__, way)) for way in clause) for clause in word) for word in needed
        )

    return is_exact if needed else lambda terms, text: False


def _of_piece(piece: Piece, question: QuestionText) -> Iterator[Word]:
    if not any(map(str.isalnum, piece.text)):
        # Emoji.
        yield from (Word((Clause(TextField.GRAMS, gram, 1.0),)) for gram in grams(piece.text).split())
        return
    before = None
    for token in piece.tokens:
        if _tells(piece, token, before):
            clauses = (*_typed(piece, token), *_by_synonyms(token, question))
            yield Word(tuple(clause._replace(weight=1.0) for clause in clauses))
        before = token


def _tells(piece: Piece, token: Token, before: Token | None) -> bool:
    """Whether a token tells what is asked about; a counter does with its number."""
    clauses = list(token_clauses(piece, token))
    if piece.is_interrogative(token) or all(clause.weight <= LIGHT for clause in clauses):
        return False
    if token.terms[0].form in ASKING:
        return False
    tag = token.terms[0].tag
    counted = tag == COUNTER and before is not None and before.tag == NUMBER
    return counted or tag not in LIGHT_TAGS


def _typed(piece: Piece, token: Token) -> Iterator[Clause]:
    """The clauses that say a token: of a measure or version only the whole, for its figures are anywhere."""
    clauses = token_clauses(piece, token)
    if measures_of(token):
        yield next(clauses)
    else:
        whole = is_version(token)
        yield from (clause for clause in clauses if not (whole and clause.beside))


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


def _needles(clause: Clause) -> list[list[str]]:
    """The ways to say a clause, each by what a text of terms, set apart by spaces, then holds."""
    if clause.field is TextField.GRAMS:
        return [[clause.term]]
    return [
        [f" {form} " for form in (clause.term, *clause.beside)],
        *([f" {form} "] for form in clause.same),
    ]
