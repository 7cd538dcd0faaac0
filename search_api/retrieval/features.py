"""What speaks for each of the candidates, scored by what the viewer may see of them."""

from collections.abc import Mapping

from indexer.engine import Frequencies, Hit
from models.language.embedder import WordVectors
from models.ranking_features import RankingFeatures
from search_api.query.analyzed import AnalyzedQuery
from search_api.retrieval.candidate import Candidate, CandidateFeatures
from search_api.retrieval.lexical import lexical_scores
from search_api.retrieval.passages import Passages
from search_api.retrieval.semantic import semantic_scores

OTHER_LANGUAGE = {"ko": "en", "en": "ko"}
MIXED, MIXED_SHARE = "mixed", 0.25
"""What of a mixed post counts as in the other language. With .5 Korean texts with English names suffer (.0014
nDCG@10 on KorQuAD's sentences in threads), with 0 English questions for Korean answers (.03)."""


def candidates_of(
    query: AnalyzedQuery,
    match: tuple[Hit, ...],
    near: tuple[Hit, ...],
    known: Mapping[str, RankingFeatures],
    frequencies: Frequencies,
    word_vectors: WordVectors | None,
) -> tuple[Candidate, ...]:
    """The hits that the store knows as visible, with their features; the order says nothing. With their
    threads the question has not been compared yet.
    """
    # The passage that the words found says more of the question than the nearest one.
    hits = {hit.post: hit for hit in (*near, *match) if hit.post in known}
    if not hits:
        return ()
    bm25 = {hit.post: hit.score for hit in match if hit.post in known}
    cosines = {hit.post: hit.score for hit in near}
    held = {post: passage for post in hits if (passage := known[post].passage)}
    passages = Passages(list(held.values()), [known[post].thread for post in held])
    lexical = lexical_scores(query.text, query.words, query.pairs, passages, frequencies)
    by_words = dict(zip(held, lexical.tolist(), strict=True))
    by_meaning: dict[str, float] = {}
    if word_vectors:
        semantic = semantic_scores(query.words, passages, frequencies, word_vectors)
        by_meaning = dict(zip(held, semantic.tolist(), strict=True))
    if unread := bm25.keys() - held.keys():
        # What has just changed and is not read again yet keeps its place by the engine's score.
        scale = max(by_words.values(), default=1.0) / max(bm25.values())
        by_words |= {post: bm25[post] * scale for post in unread}
    foreign = {
        language: _foreign(query.language, language) for language in {it.language for it in held.values()}
    }
    unknown = 0.0
    return tuple(
        [
            Candidate(
                post,
                hit.passage,
                CandidateFeatures(  # by place: by name each would cost twice as much
                    bm25.get(post, unknown),
                    by_words.get(post, unknown),
                    by_meaning.get(post, unknown),
                    cosines.get(post, unknown),
                    foreign[held[post].language] if post in held else unknown,
                    unknown,
                    unknown,
                ),
                known[post],
            )
            for post, hit in hits.items()
        ]
    )


def _foreign(asked: str, language: str) -> float:
    """How much of a post is in the other language than a question that is plainly in one."""
    if asked not in OTHER_LANGUAGE:
        return 0.0
    return MIXED_SHARE if language == MIXED else float(language == OTHER_LANGUAGE[asked])
