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
MIXED = "mixed"


def candidates_of(
    query: AnalyzedQuery,
    match: tuple[Hit, ...],
    near: tuple[Hit, ...],
    known: Mapping[str, RankingFeatures],
    frequencies: Frequencies,
    word_vectors: WordVectors | None,
) -> tuple[Candidate, ...]:
    """The hits that the store knows as visible, with their features; the order says nothing."""
    # The passage that the words found says more of the question than the nearest one.
    hits = {hit.post: hit for hit in (*near, *match) if hit.post in known}
    bm25 = {hit.post: hit.score for hit in match if hit.post in known}
    cosines = {hit.post: hit.score for hit in near}
    # What has just changed has no passage until it is read again.
    held = {post: passage for post in hits if (passage := known[post].passage)}
    passages = Passages(list(held.values()), [known[post].thread for post in held])
    lexical = lexical_scores(query.text, query.words, query.pairs, passages, frequencies).tolist()
    semantic = (
        semantic_scores(query.words, passages, frequencies, word_vectors).tolist()
        if word_vectors
        else [0.0] * len(held)
    )
    foreign = {
        language: _foreign(query.language, language) for language in {it.language for it in held.values()}
    }
    read = [
        Candidate(
            post,
            hits[post].passage,
            CandidateFeatures(
                bm25=bm25.get(post, 0.0),
                words=by_words,
                semantic=by_meaning,
                cosine=cosines.get(post, 0.0),
                foreign=foreign[passage.language],
            ),
            known[post],
        )
        for (post, passage), by_words, by_meaning in zip(held.items(), lexical, semantic, strict=True)
    ]
    if len(read) == len(hits):
        return tuple(read)
    # The others keep their place by the engine's score.
    scale = max(lexical, default=1.0) / max(bm25.values(), default=1.0)
    unread = (
        Candidate(
            post,
            hit.passage,
            CandidateFeatures(
                bm25=bm25.get(post, 0.0),
                words=bm25.get(post, 0.0) * scale,
                semantic=0.0,
                cosine=cosines.get(post, 0.0),
                foreign=0.0,
            ),
            known[post],
        )
        for post, hit in hits.items()
        if post not in held
    )
    return (*read, *unread)


def _foreign(asked: str, language: str) -> float:
    """How much of a post is in the other language than a question that is plainly in one."""
    if asked not in OTHER_LANGUAGE:
        return 0.0
    return 0.5 if language == MIXED else float(language == OTHER_LANGUAGE[asked])
