"""What was put right, replaced or revoked stands behind what does it, wherever both are found."""

from collections.abc import Iterator, Sequence

from search_api.retrieval.candidate import Candidate


def behind_successors(threads: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """The threads in their order, save that a superseded one follows directly on its successor.

    A thread is superseded where a post of another one supersedes what opened it, the post that leads it, its
    first reply or the accepted one; the successor is found where that post is, or what it opened. Of several
    the first one counts. Within a thread a superseded reply likewise follows on its successor: what opened
    it keeps its place, since what is said of it there is read with it. Where the successor was not found,
    nothing moves.

    As a successor is always the later post, nothing runs in a circle.
    """
    ordered = [_within(thread) for thread in threads]
    places = {post: number for number, thread in enumerate(ordered) for post in _posts(thread)}
    followers: dict[int, list[int]] = {}
    moved: set[int] = set()
    for number, thread in enumerate(ordered):
        found = [places[post] for post in _superseding(thread) if post in places]
        before = min((place for place in found if place != number), default=-1)
        if before > number:
            followers.setdefault(before, []).append(number)
            moved.add(number)
    arranged: list[list[Candidate]] = []

    def place(number: int) -> None:
        arranged.append(ordered[number])
        for follower in followers.get(number, ()):
            place(follower)

    for number in range(len(ordered)):
        if number not in moved:
            place(number)
    return arranged


def _posts(thread: Sequence[Candidate]) -> set[str]:
    return {thread[0].ranking.thread, *(candidate.post for candidate in thread)}


def _superseding(thread: Sequence[Candidate]) -> Iterator[str]:
    """The posts that supersede what a thread is read for."""
    yield from thread[0].ranking.thread_succeeded_by
    replies = [one.ranking for one in thread if one.ranking.replies_to]
    accepted = [one for one in replies if one.signals.accepted]
    for one in (thread[0].ranking, *replies[:1], *accepted):
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
