"""Hits: threads that answer, each by its best post, with what the thread is called and its best answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.engine import Word
from models.language.annotation import Annotation
from models.ranking_features import RankingFeatures
from models.scope import Scope
from models.stored import Signals, StoredPost
from models.succession import Successor
from search_api.ranking.relevance import Level
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.retrieve import THREAD_POSTS, Retrieved
from search_api.search.answers import REPLIES, Why, answers_it, best_answer
from search_api.search.levels import LeveledThread
from search_api.search.snippets import Snippet, marked_title, snippet, thread_title
from search_api.services import Services

COPIES_TOLD = 5
"""Of a notice that stands in all channels a reader needs no list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One thread that answers, led by its best post.

    `title` is the post's own or, of a reply without one, what its thread is called, as far as the viewer sees
    what opened it. `missing` are words of the question, as typed, that no post found of it says; many are
    not told. `answer` is the best answer of the thread, where that is another one than `post`.
    `more_in_thread` counts the further posts of the thread that were found, too. `superseded_by` is what
    put the post right, replaced or revoked it, or what opened its thread, or else the answer. `copies` are
    other threads found that open with nearly the same text, best first; `more_copies` counts those beyond the
    first. `merged` and `more_merged` are likewise threads found that were merged into this one, or a copy.
    """

    post: StoredPost
    signals: Signals
    title: Snippet | None
    snippet: Snippet
    level: Level
    missing: tuple[str, ...]
    more_in_thread: int
    answer: "ShownAnswer | None"
    superseded_by: Successor | None
    copies: tuple["Copy", ...]
    more_copies: int
    merged: tuple["Copy", ...]
    more_merged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """The best answer of a thread, shown with the hit, and why it is."""

    why: Why
    post: StoredPost
    signals: Signals
    snippet: Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What opens another thread that asks or says the same, and what people did with it there."""

    post: StoredPost
    signals: Signals


class _Read(NamedTuple):
    """What was read of the posts to show, as far as they are still there, and the words to mark."""

    posts: Mapping[str, StoredPost]
    annotations: Mapping[str, Annotation]
    words: Sequence[Word]
    successors: Mapping[str, Sequence[Successor]]

    def opener(self, post: StoredPost) -> StoredPost | None:
        """What opened the post's thread, if the viewer may see it: the first post that they see may reply."""
        first = self.posts.get(post.thread)
        return first if first and first.kind not in REPLIES else None

    def title(self, post: StoredPost) -> Snippet | None:
        opener = self.opener(post)
        if post.title or opener is None or opener.id == post.id:
            return marked_title(post, self.annotations.get(post.id), self.words)
        return thread_title(opener, self.annotations.get(opener.id), self.words)

    def cut(self, post: str, passage: int) -> Snippet:
        return snippet(self.posts[post], self.annotations.get(post), passage, self.words)

    def copies(self, openers: Sequence[Candidate]) -> tuple[Copy, ...]:
        return tuple(
            Copy(post=self.posts[one.post], signals=one.ranking.signals)
            for one in openers
            if one.post in self.posts
        )

    def answer(self, best: "_Answer | None", post: StoredPost) -> ShownAnswer | None:
        opener = self.opener(post)
        if best is None or best.post not in self.posts or opener is None or not answers_it(best.why, opener):
            return None
        return ShownAnswer(
            why=best.why,
            post=self.posts[best.post],
            signals=best.signals,
            snippet=self.cut(best.post, best.passage),
        )

    def superseded_by(self, post: StoredPost, answer: ShownAnswer | None) -> Successor | None:
        shown = (post.id, post.thread, *([answer.post.id] if answer else []))
        found = [one for each in shown for one in self.successors.get(each, ()) if one.post != post.id]
        return min(found, key=lambda one: not one.elsewhere, default=None)


class _Answer(NamedTuple):
    """The best answer of a thread before it is read, with the passage to show, and whether it is outdated."""

    post: str
    why: Why
    signals: Signals
    passage: int
    outdated: bool


def hits_of(
    services: Services,
    page: Sequence[LeveledThread],
    copies: Sequence[Sequence[Sequence[Candidate]]],
    merged: Sequence[Sequence[Sequence[Candidate]]],
    found: Retrieved,
    scope: Scope,
    also: Collection[str] = (),
) -> tuple[SearchHit, ...]:
    """The threads as they are shown, the best post of each coming first in it, each with the threads that are
    `copies` of it or `merged` into it; `also` are read with them.
    """
    threads = [thread.candidates for thread in page]
    told = [(_openers(alike), _openers(led)) for alike, led in zip(copies, merged, strict=True)]
    answers = _answers(services, threads, scope)
    leading = [thread[0] for thread in threads]
    shown = {*(one.post for one in leading), *(one.ranking.thread for one in leading)}
    shown.update(best.post for best in answers.values())
    outdated = {one.post for one in leading if one.ranking.succeeded_by}
    outdated.update(one.ranking.thread for one in leading if one.ranking.opener_succeeded_by)
    outdated.update(best.post for best in answers.values() if best.outdated)
    successors = services.store.successions.of(outdated, scope)
    shown.update(one.post for both in told for openers in both for one in openers)
    posts = services.store.posts({*shown, *also}, scope)
    annotations = services.store.annotations(posts.keys(), scope)
    read = _Read(posts, annotations, found.query.expanded, successors)

    hits = []
    for thread, alike, led, (copied, joined) in zip(page, copies, merged, told, strict=True):
        best = thread.candidates[0]
        if best.post not in posts:  # what was deleted since it was ranked is not shown
            continue
        post = posts[best.post]
        answer = read.answer(answers.get(best.ranking.thread), post)
        hits.append(
            SearchHit(
                post=post,
                signals=best.ranking.signals,
                title=read.title(post),
                snippet=read.cut(best.post, best.passage),
                level=thread.level,
                missing=thread.missing,
                more_in_thread=len(thread.candidates) - 1,
                answer=answer,
                superseded_by=read.superseded_by(post, answer),
                copies=read.copies(copied),
                more_copies=max(0, len(alike) - COPIES_TOLD),
                merged=read.copies(joined),
                more_merged=max(0, len(led) - COPIES_TOLD),
            )
        )
    return tuple(hits)


def _openers(threads: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """What opened the first of the threads, as many as are told."""
    return [one for thread in threads[:COPIES_TOLD] for one in thread if one.post == one.ranking.thread]


def _answers(services: Services, threads: Sequence[Sequence[Candidate]], scope: Scope) -> dict[str, _Answer]:
    """The best answer of each thread that has one, unless that leads it."""
    threads = [thread for thread in threads if not thread[0].ranking.alone]
    names = [thread[0].ranking.thread for thread in threads]
    around = services.store.browsing.replies(names, scope, THREAD_POSTS)
    replies: dict[str, dict[str, RankingFeatures]] = {name: {} for name in names}
    for id_, post in around.members.items():
        replies[post.thread][id_] = post
    answers: dict[str, _Answer] = {}
    for name, thread in zip(names, threads, strict=True):
        # Those that were found may stand behind the first posts of a long thread.
        replies[name] |= {candidate.post: candidate.ranking for candidate in thread}
        opener = around.openers.get(name)
        places = {candidate.post: place for place, candidate in enumerate(thread)}
        best = best_answer(replies[name], opener.author if opener else None, places)
        if best and best.post != thread[0].post:
            passage = next((one.passage for one in thread if one.post == best.post), 0)
            reply = replies[name][best.post]
            answers[name] = _Answer(best.post, best.why, reply.signals, passage, bool(reply.succeeded_by))
    return answers
