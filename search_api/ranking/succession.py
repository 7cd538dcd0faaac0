"""What was put right, replaced or revoked stands behind what does it, wherever both are found."""

from collections.abc import Iterator, Sequence

from models.ranking_features import RankingFeatures
from search_api.retrieval.candidate import Candidate


def behind_successors(threads: Sequence[Sequence[Candidate]]) -> Sequence[Sequence[Candidate]]:
    """The threads in their order, save that a superseded one follows directly on its successor.

    A thread is superseded where a post of another one supersedes what is shown of it: the post that leads it,
    its first reply, or the accepted one. What opened it is read with what is said of it below, and counts
    where it leads. The successor is found where that post is, or what it opened. Of several the last one
    counts. Within a thread a superseded reply likewise follows on its successor. Where the successor was not
    found, nothing moves. Where nothing is outdated they come back as they were given.
    """
    if not any(_is_outdated(one.ranking) for thread in threads for one in thread):
        return threads
    ordered = [_within(thread) for thread in threads]
    places = {post: number for number, thread in enumerate(ordered) for post in _posts(thread)}
    arranged: dict[int, list[Candidate]] = {}
    followers: dict[int, list[int]] = {}

    def place(number: int) -> None:
        waiting = [number]
        while waiting:
            following = waiting.pop()
            if following not in arranged and not waits(following):
                arranged[following] = ordered[following]
                waiting += reversed(followers.get(following, ()))

    def waits(number: int) -> bool:
        """Whether a successor has no place yet: it is followed on, then."""
        found = {places[post] for post in _superseding(ordered[number]) if post in places} - {number}
        if missing := found - arranged.keys():
            followers.setdefault(max(missing), []).append(number)
        return bool(missing)

    for number in range(len(ordered)):
        place(number)
    for number, thread in enumerate(ordered):  # of which each supersedes a part of the other
        arranged.setdefault(number, thread)
    return list(arranged.values())


def _is_outdated(post: RankingFeatures) -> bool:
    return bool(post.succeeded_by or post.answer_succeeded_by)


def _posts(thread: Sequence[Candidate]) -> set[str]:
    return {thread[0].ranking.thread, *(candidate.post for candidate in thread)}


def _superseding(thread: Sequence[Candidate]) -> Iterator[str]:
    """The posts that supersede what a thread is read for."""
    yield from thread[0].ranking.answer_succeeded_by
    replies = [one.ranking for one in thread if one.ranking.replies_to]
    for one in (thread[0].ranking, *replies[:1]):
        yield from one.succeeded_by


def _within(thread: Sequence[Candidate]) -> list[Candidate]:
    """A thread in which superseded replies follow on what supersedes them."""
    ordered = list(thread)
    for candidate in thread:
        if not candidate.ranking.succeeded_by or candidate.post == candidate.ranking.thread:
            continue
        at = ordered.index(candidate)
        after = [place for place, other in enumerate(ordered) if other.post in candidate.ranking.succeeded_by]
        if after and min(after) > at:
            ordered.insert(min(after), ordered.pop(at))
    return ordered
