"""Finds the weights of fusion: `python -m benchmarks.fusion --korquad FILE --parallel FILE [--out FILE]`.

Asks the questions of the development sets once, tries weights one by one on what both lanes found, and
writes the best to `search_api/ranking/fusion_weights.json`, with what was measured. Development sets are
KorQuAD's even articles (passages, sentences, sentences in threads), the work-place paraphrases, translations
held out from the encoder's training in both directions, and the `dev` half of the judged questions of the
sample company (`search_api/evaluation/split.py`).
"""

import argparse
import gzip
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from benchmarks.korquad import write_folders
from models.language.paraphrases import PAIRS
from models.scope import Scope
from pipelines.progress import posts_bar
from search_api.evaluation import bench, sample
from search_api.evaluation.ablation import half_of
from search_api.evaluation.asking import Judged
from search_api.evaluation.collection import Collection, Document, read_collection
from search_api.evaluation.measures import Estimate, Values, estimate, values_of
from search_api.evaluation.questions import Question
from search_api.query.analyzed import analyze
from search_api.ranking.fusion import WEIGHTS, FusionWeights, weighed
from search_api.ranking.ordering import bonus
from search_api.retrieval.candidate import CandidateFeatures
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.wiring.app import Dure
from search_api.wiring.settings import load_settings

ACROSS = "cross_language"
MEASURE = "ndcg@10"

HELD_OUT = "vuejs-docs"
TRANSLATED, AROUND = 600, 3_000
"""Sentences that are asked for in the other language, and sentences of both among which they lie."""
LENGTHS = range(30, 400)
EVERY = 3
"""Of KorQuAD every third question is asked: 1,100 tell apart what matters."""

# More than 2 of meaning lets a joke in the words of a question lead what answers it ("VPN 접속이 끊겨요").
TRIED = {
    "semantic": (1.0, 1.5, 2.0),
    "foreign_semantic": (0.5, 1.0, 1.5, 2.0),
    "foreign_nearness": (0.5, 1.0, 1.5, 2.0),
    "opener": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
    "thread": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
}
BEGIN = FusionWeights(semantic=2.0, foreign_semantic=1.0, foreign_nearness=1.0, opener=1.0, thread=1.0)
ROUNDS = 4
ACROSS_SET, FIRST, ANSWERED = "sample company, across languages", 5, 0.8
"""What was aimed at: so many of the questions across languages are answered among the first threads."""
MOST_LOST, MOST_LOST_OF_FEW = 0.0015, 0.005
"""What a set may lose on average: a third of what its 95 % interval reaches to either side."""
MANY = 500


class Answered(NamedTuple):
    """What was found for a question: what is judged, best first by weights, and what answers it."""

    ranking: Callable[[FusionWeights], list[str]]
    judged: Mapping[str, int]


def main() -> None:
    """Ask, search the weights, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--korquad", type=Path, required=True, help="KorQuAD 1.0 dev as published")
    parser.add_argument(
        "--parallel", type=Path, required=True, help="JSON lines of en, ko and source, gzipped"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    sets = development_sets(arguments.korquad, arguments.parallel)
    words = {name: _values(answers, _WORDS_ALONE) for name, answers in sets.items()}
    weights, fused = search(sets, words)
    measured = {
        name: {
            "questions": len(found),
            "words": round(float(words[name].mean()), 4),
            "fused": round(float(found.mean()), 4),
            "difference": _rounded(estimate(found - words[name])),
        }
        for name, found in fused.items()
    }
    content = {"weights": weights._asdict(), "measure": MEASURE, "measured": measured}
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=2))


_WORDS_ALONE = FusionWeights(*(0.0 for _ in FusionWeights._fields))


def search(
    sets: Mapping[str, Sequence[Answered]], words: Mapping[str, Values]
) -> tuple[FusionWeights, dict[str, Values]]:
    """The weights with the greatest mean gain over the sets, of those that cost none of them anything and
    reach what is aimed at across languages: found one by one, each in turn, until none of them is better
    otherwise (coordinate ascent, Metzler & Croft 2007).

    A set loses if the 95 % interval of its paired difference to words alone lies below zero, or if it loses
    more than `MOST_LOST` on average. What costs least is sought before what gains most.
    """
    found = {BEGIN: _tried(BEGIN, sets, words)}
    best = BEGIN
    with posts_bar("trying", ROUNDS * sum(map(len, TRIED.values()))) as advance:
        for _ in range(ROUNDS):
            before = best
            for name, values in TRIED.items():
                for weights in [best._replace(**{name: value}) for value in values]:
                    if weights not in found:
                        found[weights] = _tried(weights, sets, words)
                    if found[weights].worth > found[best].worth:
                        best = weights
                    advance(1)
            if best == before:
                break
    assert found[best].worth[0] == 0, "every combination that was tried loses on some set"
    return best, found[best].fused


class _Tried(NamedTuple):
    """What weights find; of two, those with the greater `worth` are better: losses below 0, then the gain."""

    worth: tuple[int, float]
    fused: dict[str, Values]


def _tried(
    weights: FusionWeights, sets: Mapping[str, Sequence[Answered]], words: Mapping[str, Values]
) -> _Tried:
    fused = {name: _values(answers, weights) for name, answers in sets.items()}
    gains = {name: found - words[name] for name, found in fused.items()}
    losses = sum(map(_loses, gains.values())) + _misses(sets.get(ACROSS_SET, ()), weights)
    return _Tried((-losses, float(np.mean([gain.mean() for gain in gains.values()]))), fused)


def _loses(gain: Values) -> bool:
    if gain.mean() < -(MOST_LOST if len(gain) >= MANY else MOST_LOST_OF_FEW):
        return True
    high = estimate(gain).high
    return gain.mean() < 0 and high is not None and high < 0


def _misses(answers: Sequence[Answered], weights: FusionWeights) -> bool:
    """Whether too few of the questions are answered among the first."""
    answered = sum(any(unit in found.judged for unit in found.ranking(weights)[:FIRST]) for found in answers)
    return answered < ANSWERED * len(answers)


def _values(answers: Sequence[Answered], weights: FusionWeights) -> Values:
    rankings = {str(number): answered.ranking(weights)[:10] for number, answered in enumerate(answers)}
    judgements = {str(number): answered.judged for number, answered in enumerate(answers)}
    return values_of(rankings, judgements)[MEASURE]


def development_sets(korquad: Path, parallel: Path) -> dict[str, list[Answered]]:
    """By name what was found for the questions of each set."""
    sets = {}
    with TemporaryDirectory() as folder:
        articles = json.loads(korquad.read_text(encoding="utf-8"))["data"]
        write_folders(articles, Path(folder), "even")
        for name in ("passages", "sentences", "threads"):
            sets[f"KorQuAD {name}"] = _asked(f"KorQuAD {name}", _thinned(read_collection(Path(folder, name))))
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    paraphrases = _pairs((row["question"], row["passage"]) for row in rows)
    sets["paraphrases"] = _asked("paraphrases", paraphrases)
    for asked, answered in (("ko", "en"), ("en", "ko")):
        name = f"{asked} to {answered}"
        sets[name] = _asked(name, translations(parallel, asked, answered))
    return sets | _sample()


def translations(parallel: Path, asked: str, answered: str) -> Collection:
    """Sentences to be found by their translations, among others in both languages."""
    with gzip.open(parallel, "rt", encoding="utf-8") as lines:
        rows = [
            row for row in map(json.loads, lines) if row["source"] == HELD_OUT and len(row["en"]) in LENGTHS
        ]
    rows = random.Random(0).sample(rows, AROUND)
    around = [row[("ko", "en")[number % 2]] for number, row in enumerate(rows[TRANSLATED:])]
    return _pairs(((row[asked], row[answered]) for row in rows[:TRANSLATED]), around)


def _pairs(pairs: Iterable[tuple[str, str]], around: Sequence[str] = ()) -> Collection:
    pairs = list(pairs)
    texts = [*(text for _, text in pairs), *around]
    return Collection(
        documents=tuple(
            Document(id=str(number), title="", text=text, thread=None) for number, text in enumerate(texts)
        ),
        questions={str(number): Question(text=question) for number, (question, _) in enumerate(pairs)},
        judgements={str(number): {str(number): 1} for number in range(len(pairs))},
        unanswered=0,
    )


def _thinned(collection: Collection) -> Collection:
    kept = dict(list(collection.questions.items())[::EVERY])
    return Collection(
        documents=collection.documents,
        questions=kept,
        judgements={question: collection.judgements[question] for question in kept},
        unanswered=0,
    )


def _asked(name: str, collection: Collection) -> list[Answered]:
    with bench.opened(load_settings()) as dure:
        bench.publish(bench.records_of(collection), len(collection.documents), dure)
        asked = bench.judged(collection, dure)
        found = []
        with posts_bar(name, len(collection.questions)) as advance:
            for id_, question in collection.questions.items():
                ranking = _by_texts(asked, _found(dure, question.text, asked.scopes[id_]))
                found.append(Answered(ranking, collection.judgements[id_]))
                advance(1)
    return found


def _sample() -> dict[str, list[Answered]]:
    """The judged questions of `dev`, each asked by its viewer; threads are judged, in the order of pages."""
    sets: dict[str, list[Answered]] = {"sample company": [], ACROSS_SET: []}
    one, across = sets.values()
    records = sample.read_sample()
    with bench.opened(sample.own_words(load_settings())) as dure:
        bench.publish(records, len(sample.posts_of(records)), dure)
        asked = half_of(sample.judged(records, dure))
        for id_, question in asked.questions.items():
            found = _found(dure, question.text, asked.scopes[id_])
            answered = Answered(partial(_leveled, asked, found), asked.judgements[id_])
            (across if question.kind == ACROSS else one).append(answered)
    return sets


def _found(dure: Dure, text: str, scope: Scope) -> Retrieved:
    return retrieve(dure.services, analyze(dure.services.annotator, text), scope)


def _leveled(asked: Judged, found: Retrieved, weights: FusionWeights) -> list[str]:
    return asked.ranking(asked.order(found, weights))


def _by_texts(asked: Judged, found: Retrieved) -> Callable[[FusionWeights], list[str]]:
    candidates = sorted(found.candidates, key=lambda one: one.post)
    features = [one.features for one in candidates]
    return by_score(
        features, [bonus(one.ranking.signals) for one in candidates], [*map(asked.unit_of, candidates)]
    )


def by_score(
    features: Sequence[CandidateFeatures], bonuses: Sequence[float], units: Sequence[str]
) -> Callable[[FusionWeights], list[str]]:
    """What is judged of candidates, itself or its thread, in the order of their scores by weights."""
    matrix, added = weighed(features), np.array(bonuses)

    def ranking(weights: FusionWeights) -> list[str]:
        order = np.argsort(-(matrix @ (1.0, *weights) + added), kind="stable")
        return list(dict.fromkeys(units[place] for place in order))

    return ranking


def _rounded(found: Estimate) -> list[float | None]:
    return [None if value is None else round(value, 4) for value in found]


if __name__ == "__main__":
    main()
