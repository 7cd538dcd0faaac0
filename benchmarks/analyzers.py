"""Analysers side by side: `python -m benchmarks.analyzers KORQUAD.json [--texts N]`.

Takes questions with the paragraphs and places that answer them (KorQuAD 1.0, dev). Quality is nDCG@10 of
plain BM25 (k1 .9, b .4) over an analyser's terms, the question read and weighed as search does, with
paragraphs and with sentences as documents; and the same with the lane of character bigrams added. Speed is
one thread on a sample of the sentences, each read once, in turns with mecab, by processor time (with that of
Java's own threads); memory is the peak of the process that loads the analyser and reads other sentences.
Each analyser has a process of its own.
"""

import argparse
import json
import math
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.engine import TextField
from models.errors import BadSetting
from models.language.analyzer import Analyzer, Term, Token
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.dictionary import Dictionary
from models.language.dictionary_analyzer import DictionaryAnalyzer
from models.language.grams import grams
from models.language.terms import terms
from search_api.query.question_text import read_question
from search_api.query.weighing import weighed

K1, B = 0.9, 0.4
BEST = 10
WARMING = 1_000
"""Texts read before the clock starts: Java compiles what it has seen often."""
TURN = 50
"""Texts that an analyser reads before it is mecab's turn."""

WHITE_SPACE, BIGRAMS = "white space", "bigrams"
NAMES = (WHITE_SPACE, BIGRAMS, *AnalyzerName)

_SENTENCE = re.compile(r"[^.?!\n]+(?:[.?!]+(?!\s)[^.?!\n]+)*[.?!]*")
_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Documents of two sizes, questions, and the document of each size that answers each question."""

    passages: list[str]
    sentences: list[str]
    questions: list[str]
    passage_answers: list[int]
    sentence_answers: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured of one analyser; qualities are nDCG@10 without and with the lane of bigrams."""

    texts_per_second: float
    ratio_to_mecab: float
    peak_megabytes: float
    passages: tuple[float, float]
    sentences: tuple[float, float]


def main() -> None:
    """Measure every analyser that is installed and print one row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--texts", type=int, default=2_000, help="texts whose reading is timed")
    arguments = parser.parse_args()
    print("| analyser | passages | + bigrams | sentences | + bigrams | texts/s | ÷ mecab | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    for name in NAMES:
        print(f"{name} …", file=sys.stderr)
        with get_context("spawn").Pool(1) as process:
            try:
                row = process.apply(measured, (name, arguments.questions, arguments.texts))
            except BadSetting as missing:
                print(f"| {name} | not measured: {missing} |", flush=True)
                continue
        print(
            f"| {name} | {row.passages[0]:.3f} | {row.passages[1]:.3f} | {row.sentences[0]:.3f}"
            f" | {row.sentences[1]:.3f} | {row.texts_per_second:,.0f} | {row.ratio_to_mecab:.2f}"
            f" | {row.peak_megabytes:.0f} |",
            flush=True,
        )


def measured(name: str, path: Path, timed: int) -> Figures:
    """Everything about one analyser, in a process of its own."""
    sets = read_sets(path)
    analyzer = make(name)
    warming, sample = sets.sentences[:WARMING], sets.sentences[WARMING : WARMING + timed]
    for text in warming:
        analyzer.analyze(text)
    peak = peak_megabytes()
    mecab = make(AnalyzerName.MECAB)
    for text in warming:
        mecab.analyze(text)
    seconds, seconds_of_mecab = seconds_by_turns(analyzer, mecab, sample)
    return Figures(
        texts_per_second=len(sample) / seconds,
        ratio_to_mecab=seconds_of_mecab / seconds,
        peak_megabytes=peak,
        passages=quality(analyzer, sets.passages, sets.questions, sets.passage_answers),
        sentences=quality(analyzer, sets.sentences, sets.questions, sets.sentence_answers),
    )


def seconds_by_turns(analyzer: Analyzer, mecab: Analyzer, texts: Sequence[str]) -> tuple[float, float]:
    """Processor time that each takes for all the texts, in turns, so that both meet the same machine.

    That of the whole process for the analyser; for mecab that of its thread: Java's own threads still work.
    """
    seconds = seconds_of_mecab = 0.0
    for start in range(0, len(texts), TURN):
        turn = texts[start : start + TURN]
        begun = time.process_time()
        for text in turn:
            analyzer.analyze(text)
        seconds += time.process_time() - begun
        begun = time.thread_time()
        for text in turn:
            mecab.analyze(text)
        seconds_of_mecab += time.thread_time() - begun
    return seconds, seconds_of_mecab


def make(name: str) -> Analyzer:
    """An analyser, or one of the two that know no language."""
    if name in (WHITE_SPACE, BIGRAMS):
        return RunAnalyzer(pairs=name == BIGRAMS)
    return load_analyzer(AnalyzerName(name))


class RunAnalyzer(DictionaryAnalyzer):
    """Implements `Analyzer` without any Korean: the words between blanks and signs, or their bigrams."""

    def __init__(self, *, pairs: bool) -> None:
        self._pairs = pairs
        super().__init__(None, ())

    def _reader(self, dictionary: Dictionary) -> "RunAnalyzer":
        return self

    def read(self, text: str, offset: int, tokens: list[Token]) -> None:
        """Every run of letters and digits is one token, with one term or several, all of them nouns."""
        for run in _RUN.finditer(text):
            start, end = offset + run.start(), offset + run.end()
            forms = grams(run[0]).split() if self._pairs else [run[0]]
            tokens.append(Token(start, end, "NNG", tuple(Term(form, start, end, "NNG") for form in forms)))


def peak_megabytes() -> float:
    """The most memory that this process has held so far (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_024


def read_sets(path: Path) -> Sets:
    """Paragraphs and their sentences, each question with the one of each that holds its first answer."""
    sets = Sets(passages=[], sentences=[], questions=[], passage_answers=[], sentence_answers=[])
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            spans = [match.span() for match in _SENTENCE.finditer(text) if match[0].strip()]
            first = len(sets.sentences)
            for asked in paragraph["qas"]:
                place = asked["answers"][0]["answer_start"]
                sentence = sum(end <= place for _, end in spans[:-1])
                sets.questions.append(asked["question"])
                sets.passage_answers.append(len(sets.passages))
                sets.sentence_answers.append(first + sentence)
            sets.passages.append(text)
            sets.sentences.extend(text[start:end].strip() for start, end in spans)
    return sets


def quality(
    analyzer: Analyzer, documents: Sequence[str], questions: Sequence[str], answers: Sequence[int]
) -> tuple[float, float]:
    """nDCG@10 by the analyser's terms alone, and with the bigrams' lane, as search adds them up."""
    lanes = {
        TextField.TERMS: Lane25(
            [[term.form for term in terms(analyzer.analyze(text))] for text in documents]
        ),
        TextField.GRAMS: Lane25([grams(text).split() for text in documents]),
    }
    without = total = 0.0
    for question, answer in zip(questions, answers, strict=True):
        scores = {lane: np.zeros(len(documents), dtype=np.float32) for lane in lanes}
        for word in weighed(read_question(question, analyzer)):
            for clause in word.clauses:
                lanes[clause.field].add(scores[clause.field], clause.term, clause.weight)
        without += gain(scores[TextField.TERMS], answer)
        total += gain(scores[TextField.TERMS] + scores[TextField.GRAMS], answer)
    return without / len(questions), total / len(questions)


def gain(scores: npt.NDArray[np.float32], answer: int) -> float:
    """The discounted gain of the one right document; of equal scores the right one comes last."""
    rank = int((scores >= scores[answer]).sum())
    return 1 / math.log2(rank + 1) if rank <= BEST and scores[answer] > 0 else 0.0


class Lane25:
    """BM25 of terms in documents, with k1, b as above and idf = ln(1 + (N - df + .5) / (df + .5))."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        lengths = np.array([len(document) for document in documents], dtype=np.float32)
        self._norms = K1 * (1 - B + B * lengths / lengths.mean())
        found: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number, document in enumerate(documents):
            for term, count in Counter(document).items():
                numbers, counts = found[term]
                numbers.append(number)
                counts.append(count)
        self._found = {
            term: (np.array(numbers), np.array(counts, dtype=np.float32))
            for term, (numbers, counts) in found.items()
        }

    def add(self, scores: npt.NDArray[np.float32], term: str, weight: float) -> None:
        """Add what a term of this weight says for each document."""
        if term not in self._found:
            return
        numbers, counts = self._found[term]
        idf = math.log(1 + (len(scores) - len(numbers) + 0.5) / (len(numbers) + 0.5))
        scores[numbers] += weight * idf * counts / (counts + self._norms[numbers])


if __name__ == "__main__":
    main()
