"""Threads: every post belongs to the thread of its root, also when replies come before what they answer.

The root is found by following parents to a post without one, or to one that is not known (yet). Where
parents run in a circle, its earliest post is taken as the root, so that the order of arrival does not matter.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from models.store.statements import among
from models.store.tables import PostRow


class Node(NamedTuple):
    """A post as one end of a reply."""

    parent: str | None
    created: datetime


class Resolution(NamedTuple):
    """The thread of every node, and the posts whose parents run in a circle."""

    threads: dict[str, str]
    circular: frozenset[str]


def resolve(nodes: Mapping[str, Node], roots: Mapping[str, str]) -> Resolution:
    """The thread of each node. `roots` gives that of posts beside them; what is in neither is not known."""
    threads: dict[str, str] = {}
    circular: set[str] = set()
    for start in nodes:
        path: dict[str, None] = {}
        post = start
        while True:
            if post in threads:
                root = threads[post]
            elif post in path:
                walked = list(path)
                circle = walked[walked.index(post) :]
                root = min(circle, key=lambda member: (nodes[member].created, member))
                circular.update(circle)
            elif post in nodes:
                path[post] = None
                parent = nodes[post].parent
                if parent is not None:
                    post = parent
                    continue
                root = post
            elif post in roots and roots[post] != post:
                post = roots[post]
                continue
            else:
                root = post
            break
        threads.update(dict.fromkeys(path, root))
    return Resolution(threads, frozenset(circular))


def settle(connection: Connection, new: Mapping[str, Node], moved: Mapping[str, Node]) -> Resolution:
    """The threads of new posts, of those whose parent changed (`moved`), and of all stored posts with them.

    Usually that takes one look-up of the parents; whole threads are read only where a parent changed or a
    circle must be broken.
    """
    nodes: dict[str, Node] = {**new, **moved}
    if moved:
        nodes = _threads(connection, _roots(connection, moved).values()) | nodes
    resolution = resolve(nodes, _roots(connection, _outside(nodes)))
    if resolution.circular:
        # The circle may close through posts that are stored already: which is the earliest must be known.
        stored = _threads(connection, {*nodes, *_roots(connection, _outside(nodes)).values()})
        nodes = stored | nodes
        resolution = resolve(nodes, _roots(connection, _outside(nodes)))
    threads = dict(resolution.threads)
    awaited = [post for post in new if threads[post] != post]
    waiting = select(PostRow.id, PostRow.thread).where(among(PostRow.thread, awaited))
    for post, thread in connection.execute(waiting):
        threads.setdefault(post, threads[thread])
    return Resolution(threads, resolution.circular)


def _outside(nodes: Mapping[str, Node]) -> set[str]:
    return {node.parent for node in nodes.values() if node.parent is not None} - nodes.keys()


def _roots(connection: Connection, posts: Iterable[str]) -> dict[str, str]:
    query = select(PostRow.id, PostRow.thread).where(among(PostRow.id, posts))
    return dict(connection.execute(query).all())


def _threads(connection: Connection, threads: Iterable[str]) -> dict[str, Node]:
    query = select(PostRow.id, PostRow.parent, PostRow.created).where(among(PostRow.thread, threads))
    return {post: Node(parent, created) for post, parent, created in connection.execute(query)}
