"""How much of what the sample company writes the encoder that ships has no vector for:
`python -m benchmarks.vocabulary [ENCODER]`.

Counted are the words that it reads: compounds where they are words to it, otherwise their parts. The
company's own dictionary is known to the analyser, as in a home. What is unknown has a vector of its letters.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from models.language.dictionary import Dictionary
from models.language.encoders import SHIPPED
from models.language.mecab import MecabAnalyzer
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.terms import simple_forms, terms
from models.records import Post
from search_api.evaluation.sample import folder_of, read_sample

SHOWN = 40
_KOREAN = re.compile("[가-힣]+")


def main() -> None:
    """Read the sample, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", type=Path, nargs="?", default=SHIPPED)
    arguments = parser.parse_args()
    analyzer = MecabAnalyzer(Dictionary.load(folder_of("sample") / "dictionary.tsv"))
    encoder = MorphemeEncoder(arguments.encoder, analyzer)
    said = Counter(_said(analyzer, encoder))
    known = set(encoder.vocabulary)
    for name, of_kind in (
        ("Korean", _is_korean),
        ("numbers", _is_number),
        ("others", lambda form: not _is_korean(form) and not _is_number(form)),
        ("all", lambda _: True),
    ):
        counted = {form: count for form, count in said.items() if of_kind(form)}
        unknown = {form: count for form, count in counted.items() if form not in known}
        total, missing = sum(counted.values()), sum(unknown.values())
        print(f"{name}: {missing:,} of {total:,} unknown, {missing / max(total, 1):.1%}")
        if of_kind is _is_korean:
            most = sorted(unknown, key=lambda form: (-unknown[form], form))[:SHOWN]
            print("  most of them:", " ".join(most))


def _said(analyzer: MecabAnalyzer, encoder: MorphemeEncoder) -> Iterable[str]:
    for located in read_sample():
        if isinstance(located.record, Post):
            text = f"{located.record.title or ''}\n{located.record.text}"
            yield from simple_forms([term.form for term in terms(analyzer.analyze(text))], encoder.is_word)


def _is_korean(form: str) -> bool:
    return bool(_KOREAN.fullmatch(form))


def _is_number(form: str) -> bool:
    return form[:1].isdigit()


if __name__ == "__main__":
    main()
