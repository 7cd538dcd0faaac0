"""Threads that may hold the answer already: to what is being asked, or near what is being read."""

from dataclasses import dataclass

from models.scope import Scope
from models.stored import StoredPost
from search_api.query.analyzed import analyze
from search_api.ranking.ordering import by_thread
from search_api.retrieval.retrieve import retrieve
from search_api.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarThread:
    """A thread by its best post; `solved` if what was found of it was accepted as an answer."""

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
        found = retrieve(services, query, scope, around=False)
        threads = [thread for thread in by_thread(found.candidates) if thread[0].ranking.thread != beside][
            :limit
        ]
        posts = services.store.posts([thread[0].post for thread in threads], scope)
    return [
        SimilarThread(post=posts[thread[0].post], solved=any(one.ranking.signals.accepted for one in thread))
        for thread in threads
        if thread[0].post in posts
    ]
