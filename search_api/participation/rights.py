"""What a viewer may do, and where: decided by what they see."""

from models.errors import Forbidden, NotFound
from models.records import PostKind
from models.stored import Permission, Place, StoredPost, TokenRole, Viewer
from search_api.services import Services

SOLVABLE_KINDS = frozenset({PostKind.QUESTION, PostKind.POST, PostKind.IDEA})
"""What may be solved by an answer; many networks do not tell questions from posts."""


def writable_places(services: Services, viewer: Viewer) -> list[Place]:
    """The channels in which the viewer may write, by name; none without the permission."""
    if not may_participate(viewer):
        return []
    return [place for place in services.store.participation.places(viewer.scope) if not place.archived]


def may_participate(viewer: Viewer) -> bool:
    """Whether the viewer is a person whose token allows deeds in their name."""
    return viewer.person is not None and Permission.PARTICIPATE in viewer.permissions


def may_accept(viewer: Viewer, *, asked: bool) -> bool:
    """Whether the viewer decides on the answers to a question: who `asked` does, anonymously or not."""
    return viewer.person is not None and (asked or viewer.role is TokenRole.CURATOR)


def may_verify(viewer: Viewer) -> bool:
    """Whether the viewer vouches for posts."""
    return may_participate(viewer) and viewer.role is TokenRole.CURATOR


def is_solvable(post: StoredPost) -> bool:
    """Whether an answer to it can be accepted: it opened its thread, and asks something."""
    return post.parent is None and post.id == post.thread and post.kind in SOLVABLE_KINDS


def person_of(viewer: Viewer) -> str:
    """The person in whose name a viewer acts; raises `Forbidden` where they are none."""
    if viewer.person is None:
        raise Forbidden("This token belongs to nobody.", remedy="Use a token that was made for a person.")
    return viewer.person


def seen_post(services: Services, viewer: Viewer, post: str) -> StoredPost:
    """A post that the viewer sees; raises `NotFound` for all others."""
    found = services.store.posts([post], viewer.scope).get(post)
    if found is None:
        raise NotFound.unseen("post", post)
    return found


def open_place(services: Services, viewer: Viewer, channel: str) -> Place:
    """A channel in which the viewer may act; raises `NotFound`, and `Forbidden` where it is archived."""
    if not channel:
        raise Forbidden("You may read this, but not its channel.", remedy="Only its readers act there.")
    place = services.store.participation.place(channel, viewer.scope)
    if place is None:
        raise NotFound.unseen("channel", channel)
    if place.archived:
        raise Forbidden("The channel is archived.", remedy="Read it, and write in another one.")
    return place
