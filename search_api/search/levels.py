"""The threads that answer by level, and what each lacks of the question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple

from indexer.engine import Frequencies, TextField, Word
from indexer.frequencies import idf
from models.language.annotator import Annotator
from models.ranking_features import RankingFeatures
from search_api.query.analyzed import EVERYTHING
from search_api.query.exactness import Exactness
from search_api.query.expansion import translated
from search_api.query.saying import coverage, says, telling_forms
from search_api.ranking.fusion import FOUND, FusionWeights
from search_api.ranking.ordering import DEEDS, DeedWeights, scored_threads
from search_api.ranking.relevance import (
    BY_ANOTHER_ENCODER,
    BY_MEANING,
    BY_WORDS,
    Calibration,
    Evidence,
    Level,
    level_of,
)
from search_api.ranking.succession import behind_successors
from search_api.retrieval.candidate import UNFOUND, Candidate, CandidateFeatures
from search_api.retrieval.retrieve import Retrieved

FEW = 3
"""With no more exact posts it is told what else is shown."""
MOST_MISSING = 3
"""More missing words are not told: of a whole sentence most answers say little."""
LEVELS = tuple(Level)
PLACES = {level: place for place, level in enumerate(LEVELS)}


class LeveledThread(NamedTuple):
    """The candidates of one thread, best first, their level, and the words of the question, as typed, that
    none of them says; `merged` are those of threads that were merged into it, the best first, with what
    opened each.
    """

    candidates: Sequence[Candidate]
    level: Level
    missing: tuple[str, ...]
    merged: tuple[Sequence[Candidate], ...] = ()

    @property
    def named(self) -> set[str]:
        """The thread and those that were merged into it."""
        return {candidates[0].ranking.thread for candidates in (self.candidates, *self.merged)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveledAnswers:
    """What was retrieved, without what means nothing, and its threads: level by level, each best first.

    `missing` are the words of the question that none of the threads says.
    """

    found: Retrieved
    threads: tuple[LeveledThread, ...]
    missing: tuple[str, ...]

    @property
    def leading(self) -> list[Candidate]:
        """What leads each thread."""
        return [thread.candidates[0] for thread in self.threads]

    def number(self, level: Level) -> int:
        """How many of the threads that were looked at are of a level."""
        return sum(thread.level is level for thread in self.threads)

    @property
    def is_relaxed(self) -> bool:
        """Whether so few posts say all of several words that others are worth reading."""
        return (
            len(self.found.query.required) > 1
            and self.found.count <= FEW
            and self.number(Level.EXACT) < len(self.threads)
        )


def leveled(
    annotator: Annotator, found: Retrieved, weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
) -> LeveledAnswers:
    """The threads of what was retrieved, level by level, each best first: the one order of threads.

    It depends on nothing that the viewer may not see.
    """
    words = _Words(found)
    calibration = _calibration(annotator)
    threads = []
    unsaid = set(words.texts)
    for candidates, evidence, said in _weighed(words, found, weights, deeds):
        if level := level_of(evidence, calibration):
            is_known = level is not Level.EXACT and not evidence.unread
            missing = words.missing(said) if is_known else ()
            unsaid.intersection_update(missing)
            threads.append(LeveledThread(candidates, level, words.told(missing)))
    threads.sort(key=lambda thread: PLACES[thread.level])
    kept = {candidate.post for thread in threads for candidate in thread.candidates}
    return LeveledAnswers(
        found=replace(found, candidates=tuple(one for one in found.candidates if one.post in kept)),
        threads=_behind_successors(_merged(threads, found)),
        missing=words.told(tuple(text for text in words.texts if text in unsaid)) if threads else (),
    )


def _merged(threads: Sequence[LeveledThread], found: Retrieved) -> Sequence[LeveledThread]:
    """The threads, those that were merged into another one folded into it: at the place, and of the level, of
    the best of them. What is kept leads them also where it was not found, unless the question is narrowed:
    then it may be what filters leave out.
    """
    if not found.kept:
        return threads
    there = {thread.candidates[0].ranking.thread for thread in threads}
    if found.query.filters == EVERYTHING:
        there |= found.openers.keys()
    together: dict[str, list[LeveledThread]] = {}
    for thread in threads:
        name = thread.candidates[0].ranking.thread
        kept = found.kept.get(name)
        together.setdefault(kept if kept in there and kept else name, []).append(thread)
    return [_led_by(kept, them, found.openers) for kept, them in together.items()]


def _led_by(
    kept: str, threads: Sequence[LeveledThread], openers: Mapping[str, RankingFeatures]
) -> LeveledThread:
    """Threads, the best first, as one that is led by what is kept."""
    others = [thread for thread in threads if thread.candidates[0].ranking.thread != kept]
    own = next((thread for thread in threads if thread not in others), None)
    candidates = own.candidates if own else _with_opener([], kept, openers)
    merged = tuple(
        _with_opener(thread.candidates, thread.candidates[0].ranking.thread, openers) for thread in others
    )
    missing = tuple(word for word in threads[0].missing if all(word in thread.missing for thread in threads))
    return LeveledThread(candidates, threads[0].level, missing, merged)


def _with_opener(
    candidates: Sequence[Candidate], thread: str, openers: Mapping[str, RankingFeatures]
) -> Sequence[Candidate]:
    if thread not in openers or any(candidate.post == thread for candidate in candidates):
        return candidates
    return [*candidates, Candidate(thread, 0, UNFOUND, openers[thread])]


def _behind_successors(threads: Sequence[LeveledThread]) -> tuple[LeveledThread, ...]:
    """The threads, what is outdated behind its successor, and of no better level than that."""
    given = [thread.candidates for thread in threads]
    ordered = behind_successors(given)
    if ordered is given:
        return tuple(threads)
    named = {thread.candidates[0].ranking.thread: thread for thread in threads}
    placed = []
    reached = 0
    for candidates in ordered:
        thread = named[candidates[0].ranking.thread]
        reached = max(reached, PLACES[thread.level])
        placed.append(thread._replace(candidates=candidates, level=LEVELS[reached]))
    return tuple(placed)


def evidence_of(found: Retrieved) -> list[tuple[str, Evidence]]:
    """The threads of what was retrieved, best first, with what speaks for each, whatever its level."""
    return [(them[0].ranking.thread, evidence) for them, evidence, _ in _weighed(_Words(found), found)]


def _weighed(
    words: "_Words", found: Retrieved, weights: FusionWeights = FOUND, deeds: DeedWeights = DEEDS
) -> Iterator[tuple[Sequence[Candidate], Evidence, frozenset[str]]]:
    """The candidates of each thread, best first, its evidence, and the telling terms that it says."""
    for fused, candidates in scored_threads(found.candidates, weights, deeds):
        said = [words.forms.intersection(candidate.ranking.terms.split()) for candidate in candidates]
        together, most = said[0], candidates[0].features
        if len(candidates) > 1:
            together = together.union(*said[1:])
            most = CandidateFeatures(*map(max, zip(*(one.features for one in candidates), strict=True)))
        share = words.share(together)
        yield (
            candidates,
            Evidence(
                exact=any(map(words.are_said, candidates, said)),
                fused=fused,
                words=most.words,
                semantic=most.semantic,
                cosine=most.cosine,
                said=share,
                telling=len(words.texts),
                # It makes no difference to what says a telling word.
                framed=0.0 if share else words.framed(together),
                unread=any(it.ranking.passage is None and it.features.words > 0 for it in candidates),
            ),
            together,
        )


def _calibration(annotator: Annotator) -> Calibration:
    if annotator.word_vectors:
        return BY_MEANING
    return BY_WORDS if annotator.dimensions is None else BY_ANOTHER_ENCODER


class _Words:
    """The telling words of a question, each with its idf and its translations."""

    def __init__(self, found: Retrieved) -> None:
        query = found.query
        required = query.required
        self._expanded = dict(zip(required, translated(required, query.translations), strict=True))
        self._idf = {word: _idf(word, found.frequencies) for word in required}
        self.texts = tuple(dict.fromkeys(typed.text for typed in query.asked.values() if typed.text))
        self._typed = query.asked
        self._exactness = Exactness(query.asked)
        told = telling_forms(required)
        frame = [word for word in query.words if told.isdisjoint(telling_forms([word]))]
        self._framing = telling_forms(frame)
        self._found = found
        self.forms = telling_forms((*self._expanded.values(), *frame))
        # Many threads say the same of the question: what that is worth is worked out once.
        self.share, self.framed, self.missing = cache(self._share), cache(self._framed), cache(self._missing)

    def are_said(self, candidate: Candidate, forms: frozenset[str]) -> bool:
        ranking = candidate.ranking
        return ranking.passage is not None and self._exactness.is_said(
            forms, ranking.terms, ranking.passage.text
        )

    def _share(self, forms: frozenset[str]) -> float:
        return coverage(self._idf, forms, self._expanded)

    def _framed(self, forms: frozenset[str]) -> float:
        said = forms & self._framing
        return coverage(self._every_idf, said) if said else 0.0

    @cached_property
    def _every_idf(self) -> dict[Word, float]:
        """Of all words; hardly a question needs it."""
        return {word: _idf(word, self._found.frequencies) for word in self._found.query.words}

    def told(self, missing: Sequence[str]) -> tuple[str, ...]:
        """The missing words, if they tell what is missing."""
        return tuple(missing) if len(missing) <= min(MOST_MISSING, len(self.texts) - 1) else ()

    def _missing(self, forms: frozenset[str]) -> tuple[str, ...]:
        """What is said in the other language is not missing."""
        return tuple(
            text
            for word, expanded in self._expanded.items()
            if (text := self._typed[word].text) and not says(expanded, forms)
        )


def _idf(word: Word, frequencies: Frequencies) -> float:
    """The idf of the spelling of a word that most posts have; of emoji, which are no terms, 0."""
    terms = [
        (TextField.TERMS, form)
        for clause in word.clauses
        if clause.field is TextField.TERMS and not clause.beside
        for form in (clause.term, *clause.same)
    ]
    return float(idf(frequencies, terms).min()) if terms else 0.0
