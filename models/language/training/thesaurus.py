"""What is known of words before any training: a glossary of everyday and work-place words, and emoji names.

`glossary.txt` has one concept a line, Korean names | English names if any; `related.txt` has Korean words
that have to do with each other. Both were written for this product. Emoji names come from the `emoji`
package, which has them from Unicode CLDR.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import emoji

from models.language.analyzer import Analyzer
from models.language.terms import simple_forms, terms
from models.language.training.composition import RELATED, SYNONYM, Concept
from models.language.training.rows import Row

GLOSSARY = Path(__file__).parent / "glossary.txt"
_SKIN = "피부"
RELATIONS = Path(__file__).parent / "related.txt"


def glossary_rows() -> Iterator[Row]:
    """Every Korean name of a concept with every English one."""
    for korean, english in _glossary():
        for a, b in product(korean, english):
            yield Row(a, b, "glossary")


def emoji_rows() -> Iterator[Row]:
    """The Korean and the English name of each emoji that has both; not again in every colour of skin."""
    emoji.config.load_language("ko")
    for names in emoji.EMOJI_DATA.values():
        if "ko" in names and _SKIN not in names["ko"]:
            yield Row(_words(names["ko"]), _words(names["en"]), "emoji")


def concepts(analyzer: Analyzer) -> list[Concept]:
    """The concepts of both files; of a name in several words none of them is the concept."""
    found = [
        Concept(forms=_forms(analyzer, [*korean, *english]), weight=SYNONYM)
        for korean, english in _glossary()
    ]
    found += [
        Concept(forms=_forms(analyzer, line.split()), weight=RELATED)
        for line in RELATIONS.read_text(encoding="utf-8").splitlines()
    ]
    return [concept for concept in found if len(concept.forms) > 1]


def _glossary() -> Iterator[tuple[list[str], list[str]]]:
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        korean, _, english = line.partition("|")
        yield korean.split(","), english.split(",") if english else []


def _forms(analyzer: Analyzer, names: list[str]) -> tuple[str, ...]:
    forms = []
    for name in names:
        found = simple_forms([term.form for term in terms(analyzer.analyze(name))])
        if len(found) == 1:
            forms += found
    return tuple(dict.fromkeys(forms))


def _words(name: str) -> str:
    return name.strip(":").replace("_", " ").replace("-", " ")
