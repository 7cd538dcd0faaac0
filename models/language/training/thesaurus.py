"""What is known of words before any training: a glossary of everyday and work-place words, and emoji names.

`glossary.txt` has one concept a line, Korean names | English names if any; `related.txt` has Korean words
that have to do with each other; `irregular.txt` has English words with the forms that no stemmer brings
together (go went gone, big bigger biggest); `phrases.txt` has sentences in both languages. All were written
for this product. Emoji names come from the `emoji` package, which has them from Unicode CLDR.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import emoji

from models.language.analyzer import Analyzer
from models.language.terms import terms
from models.language.training.composition import RELATED, SYNONYM, Concept
from models.language.training.corpus import learned_forms
from models.language.training.rows import Row

GLOSSARY, RELATIONS, IRREGULAR, PHRASES = (
    Path(__file__).parent / f"{name}.txt" for name in ("glossary", "related", "irregular", "phrases")
)
_SKIN = "피부"
MOST_NAMES = 4
"""Names that a word may be part of, and none itself, and still say which is meant; 관 of 박물관 does not."""


def glossary_rows() -> Iterator[Row]:
    """Every Korean name of a concept with every English one."""
    for korean, english in _glossary():
        for a, b in product(korean, english):
            yield Row(a, b, "glossary")


def phrase_rows() -> Iterator[Row]:
    """Sentences of talk, news, travel and work in both languages, of which manuals have none."""
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        korean, _, english = line.partition("|")
        yield Row(korean, english, "phrases")


def emoji_rows() -> Iterator[Row]:
    """The Korean and the English name of each emoji that has both; not again in every colour of skin."""
    emoji.config.load_language("ko")
    for names in emoji.EMOJI_DATA.values():
        if "ko" in names and _SKIN not in names["ko"]:
            yield Row(_words(names["ko"]), _words(names["en"]), "emoji")


def concepts(analyzer: Analyzer) -> list[Concept]:
    """The concepts of all files; of a name in several words those stand for it that few other names have."""
    named = [
        [learned_forms(analyzer, name) for name in dict.fromkeys((*korean, *english))]
        for korean, english in _glossary()
    ]
    names = Counter(form for entry in named for form in {form for forms in entry for form in forms})
    whole = {form for entry in named for form in _whole(entry)}
    found = [
        Concept(
            forms=_whole(entry),
            weight=SYNONYM,
            parts=tuple(
                (form, names[form] ** -0.5)
                for forms in entry
                if len(forms) > 1
                for form in forms
                if form not in whole and names[form] <= MOST_NAMES and len(form) > 1
            ),
        )
        for entry in named
    ]
    found += [
        Concept(forms=_whole([learned_forms(analyzer, name) for name in line.split()]), weight=RELATED)
        for line in RELATIONS.read_text(encoding="utf-8").splitlines()
    ]
    found += [
        Concept(forms=_whole([learned_forms(analyzer, name) for name in (word, *others)]), weight=SYNONYM)
        for word, others in _irregular().items()
    ]
    return [concept for concept in found if len(concept.forms) + len(concept.parts) > 1]


def compounds(analyzer: Analyzer, words: Iterable[str]) -> dict[str, list[str]]:
    """The parts of those words that are compounds."""
    read = ((word, [term.form for term in terms(analyzer.analyze(word))]) for word in words)
    return {word: forms[1:] for word, forms in read if forms[:1] == [word] and "".join(forms[1:]) == word}


def _glossary() -> Iterator[tuple[list[str], list[str]]]:
    others = _irregular()
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        korean, _, english = line.partition("|")
        names = english.split(",") if english else []
        yield korean.split(","), [form for name in names for form in (name, *others.get(name, ()))]


def _irregular() -> dict[str, list[str]]:
    """The other forms of English words, by the form that the glossary has."""
    lines = (line.split() for line in IRREGULAR.read_text(encoding="utf-8").splitlines())
    return {word: others for word, *others in lines}


def _whole(names: Iterable[list[str]]) -> tuple[str, ...]:
    """The forms that are a whole name."""
    return tuple(dict.fromkeys(forms[0] for forms in names if len(forms) == 1))


def _words(name: str) -> str:
    return name.strip(":").replace("_", " ").replace("-", " ")
