"""Drafts: what a person wants to post in their own name. Sending one again changes nothing.

Whoever may read a channel may write in it, unless it is archived: a guest, too, who reads only the channels
that they are a member of. What is written lies in our own network, under an account made by the first deed.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from pydantic import UUID4, ConfigDict, Field, with_config

from models.errors import BadInput, KeyTaken
from models.moments import now
from models.records import Id, Post, PostKind, Record
from models.store.participation import NATIVE
from models.stored import Change, Permission, StoredPost, Viewer
from search_api.identity.access import Credentials, admitted
from search_api.participation.recording import account_of, record
from search_api.participation.rights import open_place, person_of, seen_post
from search_api.services import Services

OPENING_KINDS = (PostKind.QUESTION, PostKind.POST, PostKind.IDEA, PostKind.BLOG)
REPLYING_KINDS = (PostKind.ANSWER, PostKind.REPLY, PostKind.COMMENT)
LONGEST_TEXT = 100_000
"""Characters: what is longer is a document, which an import brings in."""

KEY_USED = "This key has written another post."
NEW_KEY = "Send a new draft with a new key."


@with_config(ConfigDict(extra="forbid", str_strip_whitespace=True))
@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to post. With `parent` it replies there; else `channel` says where it goes.

    `key` is a fresh random UUID for each draft: sent again with the same one, it is still one post. Without
    `kind` it is a post, or, as a reply, an answer to a question and a reply to anything else.
    """

    key: UUID4
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    channel: Id | None = None
    parent: Id | None = None
    kind: PostKind | None = None
    title: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    anonymous: bool = False


def write_post(services: Services, participant: Credentials, draft: Draft) -> tuple[Change, StoredPost]:
    """Write a draft in the participant's name; what it did, and the post as it stands.

    Raises:
        BadInput: no channel, or a kind that does not fit; `KeyTaken`: another draft has used the key.
        NotFound: there is no such channel or parent, or none that the participant sees.
        Forbidden: the channel is archived, or the participant's token does not allow it.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        id_, records = _decided(services, viewer, draft)
        if not records:
            return Change.UNCHANGED, seen_post(services, viewer, id_)
    change = record(services, records)
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        return change, seen_post(services, viewer, id_)


def _decided(services: Services, viewer: Viewer, draft: Draft) -> tuple[str, list[Record]]:
    """The id of a draft's post, and what has to be written for it; nothing where the post is there."""
    person = person_of(viewer)
    parent = seen_post(services, viewer, draft.parent) if draft.parent else None
    if parent is None and draft.channel is None:
        raise BadInput("It is not said where to post.", remedy="Name a channel, or the parent to reply to.")
    channel = parent.channel if parent else draft.channel or ""
    open_place(services, viewer, channel)
    kind = draft.kind or _usual_kind(parent)
    if kind not in (REPLYING_KINDS if parent else OPENING_KINDS):
        raise BadInput(
            f"A {kind} cannot {'reply' if parent else 'stand alone'}.",
            remedy=f"Use one of {', '.join(REPLYING_KINDS if parent else OPENING_KINDS)}.",
        )
    # Of a random key nobody else can tell whose it was, also not of an anonymous post.
    id_ = f"{NATIVE}:{sha256(f'{draft.key} {person}'.encode()).hexdigest()[:24]}"
    if known := services.store.posts([id_], viewer.scope).get(id_):
        wanted = (channel, kind, parent and parent.id, draft.title, draft.text, draft.anonymous)
        there = (known.channel, known.kind, known.parent, known.title, known.text, known.anonymous)
        if there != wanted:
            raise KeyTaken(KEY_USED, remedy=NEW_KEY)
        return id_, []
    if services.store.participation.is_written(id_):
        # Deleted, or in a place from which its author was excluded: it can neither be moved nor rewritten.
        raise KeyTaken(KEY_USED, remedy=NEW_KEY)
    account, makes = account_of(services, person)
    post = Post(
        id=id_,
        channel=channel,
        account=account,
        text=draft.text,
        title=draft.title,
        kind=kind,
        parent=parent.id if parent else None,
        created=now(),
        anonymous=draft.anonymous,
        # Who answers what only some may read must not tell the others.
        audience=services.store.participation.audience(parent.id, viewer.scope) if parent else None,
    )
    # An account that appears beside an anonymous post would tell whose it is.
    return id_, [post] if draft.anonymous else [*makes, post]


def _usual_kind(parent: StoredPost | None) -> PostKind:
    if parent is None:
        return PostKind.POST
    return PostKind.ANSWER if parent.kind == PostKind.QUESTION else PostKind.REPLY
