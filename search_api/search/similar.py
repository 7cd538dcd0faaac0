"""Threads that may hold the answer already: to what is being asked, or near what is being read."""

from dataclasses import dataclass
from itertools import islice

from models.scope import Scope
from models.stored import StoredPost
from search_api.query.analyzed import analyze
from search_api.retrieval.retrieve import retrieve
from search_api.search.levels import leveled
from search_api.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarThread:
    """A thread by its best post; `solved` if an answer to it was accepted."""

    post: StoredPost
    solved: bool


def similar_threads(
    services: Services, text: str, scope: Scope, *, limit: int, beside: str = ""
) -> list[SimilarThread]:
    """The best `limit` threads for a text, `beside` another one; raises `BadInput` for an empty text.

    They are named, not shown: nothing is read of what stands around, and nothing is cut out or marked.
    """
    query = analyze(services.annotator, text)
    with services.store.one_moment():
        found = retrieve(services, query, scope, around=False, beside=beside)
        leading: dict[str, str] = {}
        for thread in leveled(services.annotator, found).threads:
            lead = thread.candidates[0]
            # What it was merged into is named in its place, found or not.
            kept = found.kept.get(lead.ranking.thread)
            post, name = (kept, kept) if kept else (lead.post, lead.ranking.thread)
            if beside not in {name, *thread.named}:
                leading[post] = name
        shown = dict(islice(leading.items(), limit))
        posts = services.store.posts(shown, scope)
        solved = services.store.browsing.solved(shown.values(), scope)
    return [
        SimilarThread(post=posts[post], solved=thread in solved)
        for post, thread in shown.items()
        if post in posts
    ]
