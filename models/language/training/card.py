"""The model card: what the encoder is, what trained it under which licences, and how good it is."""

from collections.abc import Sequence
from pathlib import Path

from models.language.training.corpus import Corpus
from models.language.training.evaluation import Figure
from models.language.training.schedule import Schedule

CARD = "README.md"

_CARD = """---
library_name: model2vec
license: cc-by-4.0
language: [ko, en]
---
# Dure's static Korean–English sentence encoder

The weighted mean of {dimensions}-dimensional word vectors over the index terms of Dure's own analyser
(content morphemes of mecab-ko, compounds of its dictionary as words, stems of English). Eight bits a number;
dimensions in order of strength. Words without a vector have one of their own, made from their letters. Read
by `models/language/morpheme_encoder.py`; model2vec reads the directory too, given terms with blanks between.

## Trained on
{rows}

| data | licence |
|---|---|
| Microsoft product documentation, Korean and English, © Microsoft | CC-BY-4.0 |
| LibreOffice help and user interface | MPL-2.0 |
| Python documentation, © Python Software Foundation, and its Korean translation | PSF |
| react.dev, Korean and English | CC-BY-4.0 |
| PyTorch tutorials in Korean | BSD-3-Clause |
| Chatbot data for Korean by songys | MIT |
| vectors of the Universal Sentence Encoder, multilingual, version 3, © Google | Apache-2.0 |
| names of emoji, from Unicode CLDR through the `emoji` package | BSD-3-Clause, Unicode |
| glossary, groups of related words and everyday phrases, written for Dure | Apache-2.0 |

Sources held out: {held}. Never trained on: KorSTS, KLUE-STS, KorQuAD.

## How
{steps:,} batches of {size:,} pairs, seed {seed}, {minutes:.0f} minutes. Contrastive (InfoNCE, in-batch
negatives, both directions) on translations, Korean heading–paragraph and question–answer pairs, terms,
the glossary (its names alone, and two to six of them put together), phrases, copies of a text with half of
the words left out, and {taught:,} texts with the vectors that the Universal Sentence Encoder has of them,
which teach what is alike. A word's vector is composed of its own part, pieces of its spelling and sound, the
parts of a compound, and the concepts of the glossary. Constants were chosen on KorSTS train and dev, on
KorQuAD's even articles, on everyday sentences and on questions about the sample company.

## Figures
With 95 % bootstrap intervals.

| | value | interval | rows |
|---|---|---|---|
{figures}
"""


def write_card(
    directory: Path,
    *,
    corpus: Corpus,
    schedule: Schedule,
    taught: int,
    held: Sequence[str],
    figures: Sequence[Figure],
    seconds: float,
) -> None:
    """Write the card beside the model, where model2vec looks for it.

    `taught` is how many texts a teacher had vectors for.
    """
    rows = ", ".join(f"{len(pairs):,} {kind} rows" for kind, pairs in corpus.pairs.items())
    table = [
        f"| {figure.name} | {figure.value:.3f} | {figure.low:.3f}–{figure.high:.3f} | {figure.rows:,} |"
        for figure in figures
    ]
    text = _CARD.format(
        dimensions=schedule.dimensions,
        rows=f"{rows}; {len(corpus.forms):,} different forms.",
        held=", ".join(held) or "none",
        steps=schedule.steps,
        size=schedule.size,
        seed=schedule.seed,
        taught=taught,
        minutes=seconds / 60,
        figures="\n".join(table),
    )
    (directory / CARD).write_text(text, encoding="utf-8")
