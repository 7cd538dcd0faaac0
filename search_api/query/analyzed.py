"""The question, read once: what every answer is made from."""

from dataclasses import dataclass
from functools import cached_property

from indexer.engine import Filters, Word
from models.errors import BadInput
from models.language.annotation import VectorByEncoder
from models.language.annotator import Annotator
from models.language.script import language_of
from models.language.terms import terms
from models.language.translations import Translations
from search_api.query.exactness import Typed, required_words
from search_api.query.expansion import translated, with_loanwords
from search_api.query.function_words import PERSON_WANTED
from search_api.query.question_text import QuestionText, read_question
from search_api.query.saying import asked_forms
from search_api.query.weighing import MAX_CHARACTERS, pairs_of, weighed

EVERYTHING = Filters()


@dataclass(frozen=True, kw_only=True)
class AnalyzedQuery:
    """What was asked, as far as it is understood.

    `words` are as typed, with the company's synonyms, and weighed; `expanded` are the same words, each with
    its translations. `pairs` are the terms that follow each other. They come from `read`.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    expanded: tuple[Word, ...]
    pairs: tuple[tuple[str, str], ...]
    vector: VectorByEncoder
    filters: Filters
    read: QuestionText
    translations: Translations

    @cached_property
    def asked(self) -> dict[Word, Typed]:
        """The words all of which an exact answer says, each with how it was typed."""
        typed = required_words(self.read, self.words)
        return dict(zip(with_loanwords(typed, self.translations), typed.values(), strict=True))

    @property
    def required(self) -> tuple[Word, ...]:
        """The words all of which an exact answer says."""
        return tuple(self.asked)

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
    translations = annotator.translations
    words = with_loanwords(weighed(read), translations)
    return AnalyzedQuery(
        text=text,
        language=language_of(text),
        words=words,
        expanded=translated(words, translations),
        pairs=tuple(pairs_of(read)),
        vector=annotator.vector(text, [term.form for term in terms(read.tokens)]),
        filters=filters,
        read=read,
        translations=translations,
    )
