"""The question, read once: what every answer is made from."""

from dataclasses import dataclass

from indexer.engine import Filters, Word
from models.errors import BadInput
from models.language.annotation import VectorByEncoder
from models.language.annotator import Annotator
from models.language.script import language_of
from models.language.terms import terms
from search_api.query.exactness import required_words
from search_api.query.expansion import translated, with_loanwords
from search_api.query.function_words import PERSON_WANTED
from search_api.query.question_text import read_question
from search_api.query.saying import asked_forms
from search_api.query.weighing import MAX_CHARACTERS, pairs_of, weighed

EVERYTHING = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzedQuery:
    """What was asked, as far as it is understood.

    `words` are as typed, with the company's synonyms, and weighed; `expanded` are the same words, each with
    its translations. An exact answer says all words of `required`. `pairs` are the terms that follow each
    other.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    expanded: tuple[Word, ...]
    required: tuple[Word, ...]
    pairs: tuple[tuple[str, str], ...]
    vector: VectorByEncoder | None
    filters: Filters

    @property
    def subject(self) -> dict[Word, Word]:
        """What somebody should know about: words as typed, and as expanded. It leaves out what only says that
        somebody is wanted, unless that is all.
        """
        words = dict(zip(self.words, self.expanded, strict=True))
        return {
            typed: word for typed, word in words.items() if not PERSON_WANTED.issuperset(asked_forms([typed]))
        } or words


def analyze(annotator: Annotator, text: str, *, filters: Filters = EVERYTHING) -> AnalyzedQuery:
    """Read a question exactly as posts are read; raises `BadInput` for an empty one."""
    if not text.strip():
        raise BadInput("The question is empty.", remedy="Ask with at least one word.")
    text = text[:MAX_CHARACTERS]
    read = read_question(text, annotator.analyzer)
    weighed_words = weighed(read)
    words = with_loanwords(weighed_words, annotator.translations)
    return AnalyzedQuery(
        text=text,
        language=language_of(text),
        words=words,
        expanded=translated(words, annotator.translations),
        required=with_loanwords(required_words(read, weighed_words), annotator.translations),
        pairs=tuple(pairs_of(read)),
        vector=annotator.vector(text, [term.form for term in terms(read.tokens)]),
        filters=filters,
    )
