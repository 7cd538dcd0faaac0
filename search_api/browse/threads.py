"""Threads as trees: replies below what they answer, the accepted answer with all that follows on it first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.errors import NotFound
from models.language.annotation import Tag
from models.language.packing import tags
from models.scope import Scope
from models.stored import Signals, StoredPost
from models.succession import Successor
from search_api.services import Services

DEEPEST = 4
"""Indentation ends here, or a long exchange would leave no room for words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A post of a thread, with what it is about and what supersedes it; `depth` is 0 for what opened it: how
    far it is indented.
    """

    post: StoredPost
    signals: Signals
    topics: tuple[Tag, ...]
    superseded_by: tuple[Successor, ...]
    depth: int


def thread_of(services: Services, id_: str, scope: Scope) -> list[Member]:
    """The visible posts of the thread in which a post stands, by time; raises `NotFound`."""
    with services.store.one_moment():
        posts = services.store.thread(id_, scope)
        if not posts:
            raise NotFound.unseen("post", id_)
        thread = posts[0].thread
        around = services.store.conversations([thread], scope, whole=[thread], most=len(posts))
        known = {**around.openers, **around.members}
        if all(post.id != id_ for post in posts):  # beyond the end of a very long thread
            posts = [*posts, *services.store.posts([id_], scope).values()]
            known |= services.store.ranking_features({id_: 0}, scope)
        outdated = [post for post, features in known.items() if features.succeeded_by]
        successors = services.store.successions.of(outdated, scope)
    depths = _depths(posts)
    return [
        Member(
            post=post,
            signals=known[post.id].signals,
            topics=tags(known[post.id].topics),
            superseded_by=successors.get(post.id, ()),
            depth=min(DEEPEST, depths[post.id]),
        )
        for post in posts
    ]


def as_tree(members: Sequence[Member]) -> list[Member]:
    """The members in reading order: each reply after what it answers, accepted branches before the others."""
    solved, known = _solved(members), {member.post.id for member in members}
    replies: dict[str, list[Member]] = defaultdict(list)
    for member in members[1:]:
        above = member.post.parent
        # What opened the thread, if what it answers is hidden or beyond the end.
        replies[above if above in known else members[0].post.id].append(member)
    ordered: list[Member] = []
    waiting = list(members[:1])
    while waiting:
        member = waiting.pop()
        ordered.append(member)
        below = sorted(replies[member.post.id], key=lambda reply: reply.post.id not in solved)
        waiting.extend(reversed(below))
    return ordered


def _solved(members: Sequence[Member]) -> set[str]:
    """Accepted answers and what they stand below."""
    parents = {member.post.id: member.post.parent for member in members}
    solved: set[str] = set()
    for member in members:
        above = member.post.id if member.signals.accepted else None
        while above in parents and above not in solved:
            solved.add(above)
            above = parents[above]
    return solved


def _depths(posts: Sequence[StoredPost]) -> Mapping[str, int]:
    depths: dict[str, int] = {}
    for position, post in enumerate(posts):
        depths[post.id] = 0 if position == 0 else 1 + depths.get(post.parent or "", 0)
    return depths
