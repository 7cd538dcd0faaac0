"""What a person does in their own name: write, react, accept, follow. Doing it again changes nothing.

Whoever may read a channel may write in it, unless it is archived: a guest, too, who reads only the channels
that they are a member of. What is written lies in our own network, under an account made by the first deed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from pydantic import UUID4, ConfigDict, Field, with_config

from models.errors import BadInput, Forbidden, KeyTaken, NotFound
from models.moments import now
from models.records import Acceptance, Account, Follow, Id, Post, PostKind, Reaction, Record, Verification
from models.store.participation import NATIVE, native_account
from models.stored import NO_SIGNALS, Change, Permission, Place, StoredPost, TokenRole, Viewer
from search_api.identity.access import allow
from search_api.participation.reaction_kinds import MOST_KINDS, is_known
from search_api.services import Services

OPENING_KINDS = (PostKind.QUESTION, PostKind.POST, PostKind.IDEA, PostKind.BLOG)
REPLYING_KINDS = (PostKind.ANSWER, PostKind.REPLY, PostKind.COMMENT)
SOLVABLE_KINDS = frozenset({PostKind.QUESTION, PostKind.POST, PostKind.IDEA})
"""What may be solved by an answer; many networks do not tell questions from posts."""
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


def write_post(services: Services, viewer: Viewer, draft: Draft) -> tuple[Change, StoredPost]:
    """Write a draft in the viewer's name; what it did, and the post as it stands.

    Raises:
        BadInput: no channel, or a kind that does not fit; `KeyTaken`: another draft has used the key.
        NotFound: there is no such channel or parent, or none that the viewer sees.
        Forbidden: the channel is archived, or the viewer's token does not allow it.
    """
    person = _person(viewer)
    parent = _visible(services, viewer, draft.parent) if draft.parent else None
    if parent is None and draft.channel is None:
        raise BadInput("It is not said where to post.", remedy="Name a channel, or the parent to reply to.")
    channel = parent.channel if parent else draft.channel or ""
    _open_place(services, viewer, channel)
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
        return Change.UNCHANGED, known
    if services.store.participation.is_written(id_):
        # Deleted, or in a place from which its author was excluded: it can neither be moved nor rewritten.
        raise KeyTaken(KEY_USED, remedy=NEW_KEY)
    account = services.store.participation.account(person)
    record = Post(
        id=id_,
        channel=channel,
        account=account or native_account(person),
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
    makes = [] if draft.anonymous else _account_made(services, person)
    change = _write(services, [*makes, record])
    return change, _visible(services, viewer, id_)


def react(services: Services, viewer: Viewer, post: str, kind: str, *, given: bool) -> Change:
    """Give a reaction of the viewer's, or take it back through whichever account it was given.

    Raises:
        NotFound: there is no such post, or none that the viewer sees.
        BadInput: the kind is neither an emoji nor there already, or the viewer has given very many.
        Forbidden: the channel is archived, or the viewer's token does not allow it.
    """
    person = _person(viewer)
    _open_place(services, viewer, _visible(services, viewer, post).channel)
    own = services.store.participation.reactions(person, [post])
    accounts = {account for _, own_kind, account in own if own_kind == kind}
    if given == bool(accounts):
        return Change.UNCHANGED
    if not given:
        at = now()
        taken = [Reaction(post=post, kind=kind, account=by, count=0, created=at) for by in accounts]
        return _write(services, taken)
    there = services.store.signals([post], viewer.scope).get(post, NO_SIGNALS).reactions
    if not is_known(kind) and kind not in there:
        raise BadInput("There is no such reaction.", remedy="React with an emoji, or the name of one.")
    if len({own_kind for _, own_kind, _ in own}) >= MOST_KINDS:
        raise BadInput("You have reacted very often to this post.", remedy="Take some back first.")
    account, makes = _account(services, person)
    return _write(services, [*makes, Reaction(post=post, kind=kind, account=account, created=now())])


def accept(services: Services, viewer: Viewer, question: str, answer: str, *, accepted: bool) -> Change:
    """Say, or no longer say, that an answer solved a question. It is for who asked, and for curators.

    Raises:
        NotFound: there is no such post, or none that the viewer sees.
        BadInput: the answer is of another thread, or nothing was asked.
        Forbidden: somebody else asked, the channel is archived, or the viewer's token does not allow it.
    """
    person = _person(viewer)
    asked, answering = _visible(services, viewer, question), _visible(services, viewer, answer)
    _open_place(services, viewer, asked.channel)
    if not is_solvable(asked) or answering.thread != asked.id or answering.id == asked.id:
        raise BadInput(
            "This does not answer that question.", remedy="Name what opened a thread, and a reply in it."
        )
    if not may_accept(services, viewer, question):
        raise Forbidden("Only who asked may accept an answer.", remedy="Thank for it by a reaction instead.")
    if services.store.signals([answer], viewer.scope).get(answer, NO_SIGNALS).accepted == accepted:
        return Change.UNCHANGED
    account, makes = (None, []) if asked.anonymous else _account(services, person)
    record = Acceptance(question=question, answer=answer, account=account, accepted=accepted, created=now())
    return _write(services, [*makes, record])


def verify(
    services: Services, viewer: Viewer, post: str, *, verified: bool, until: datetime | None = None
) -> Change:
    """Vouch for a post, until a time or for good, or take back whatever verifies it. It is for curators.

    An archived channel is no hindrance: what is wrong there must be withdrawn, too.

    Raises:
        NotFound: there is no such post, or none that the viewer sees.
        BadInput: the time has passed.
        Forbidden: the viewer is no curator.
    """
    person = _person(viewer)
    _visible(services, viewer, post)
    if not may_verify(viewer):
        raise Forbidden("Only curators verify posts.", remedy="Thank for it by a reaction instead.")
    at = now()
    if until is not None and until <= at:
        raise BadInput("It would be verified no longer.", remedy="Give a time to come, or none.")
    present = services.store.participation.verifications(post, at)
    if verified:
        wanted = {person: until}
        if present.get(person, at) == until:
            return Change.UNCHANGED
    else:
        wanted = dict(present)
        if not present:
            return Change.UNCHANGED
    records = [
        Verification(post=post, person=by, verified=verified, until=ends, created=at)
        for by, ends in wanted.items()
    ]
    return _write(services, records)


def follow(services: Services, viewer: Viewer, followed: str, *, following: bool) -> Change:
    """Follow a person, or no longer follow them by any account.

    Raises:
        NotFound: there is no such person.
        BadInput: it is the viewer.
        Forbidden: the viewer's token does not allow it.
    """
    person = _person(viewer)
    if followed == person:
        raise BadInput("Nobody can follow themselves.", remedy="Name a colleague.")
    profile = services.store.profiles([followed], viewer.scope).get(followed)
    if profile is None:
        raise NotFound.unseen("person", followed)
    at = now()
    present = services.store.participation.follows(person, followed, at)
    if following == bool(present):
        return Change.UNCHANGED
    if not following:
        ended = [Follow(follower=by, followed=of, since=since, until=at) for by, of, since in present]
        return _write(services, ended)
    account, makes = _account(services, person)
    theirs = services.store.participation.account(followed) or next(iter(profile.accounts), None)
    if theirs is None:
        theirs, made = _account(services, followed)
        makes += made
    return _write(services, [*makes, Follow(follower=account, followed=theirs, since=at)])


def writable_places(services: Services, viewer: Viewer) -> list[Place]:
    """The channels in which the viewer may write, by name; none without the permission."""
    if not may_participate(viewer):
        return []
    return [place for place in services.store.participation.places(viewer.scope) if not place.archived]


def may_participate(viewer: Viewer) -> bool:
    """Whether the viewer is a person whose token allows deeds in their name."""
    return viewer.person is not None and Permission.PARTICIPATE in viewer.permissions


def may_accept(services: Services, viewer: Viewer, question: str) -> bool:
    """Whether the viewer decides on the answers to a question: who asked does, anonymously or not."""
    if viewer.person is None:
        return False
    asker = bool(services.store.participation.owned(viewer.person, [question]))
    return asker or viewer.role is TokenRole.CURATOR


def may_verify(viewer: Viewer) -> bool:
    """Whether the viewer vouches for posts."""
    return may_participate(viewer) and viewer.role is TokenRole.CURATOR


def is_solvable(post: StoredPost) -> bool:
    """Whether an answer to it can be accepted: it opened its thread, and asks something."""
    return post.parent is None and post.id == post.thread and post.kind in SOLVABLE_KINDS


def _person(viewer: Viewer) -> str:
    allow(viewer, Permission.PARTICIPATE)
    if viewer.person is None:
        raise Forbidden("This token belongs to nobody.", remedy="Use a token that was made for a person.")
    return viewer.person


def _visible(services: Services, viewer: Viewer, post: str) -> StoredPost:
    found = services.store.posts([post], viewer.scope).get(post)
    if found is None:
        raise NotFound.unseen("post", post)
    return found


def _open_place(services: Services, viewer: Viewer, channel: str) -> Place:
    if not channel:
        raise Forbidden("You may read this, but not its channel.", remedy="Only its readers act there.")
    place = services.store.participation.place(channel, viewer.scope)
    if place is None:
        raise NotFound.unseen("channel", channel)
    if place.archived:
        raise Forbidden("The channel is archived.", remedy="Read it, and write in another one.")
    return place


def _usual_kind(parent: StoredPost | None) -> PostKind:
    if parent is None:
        return PostKind.POST
    return PostKind.ANSWER if parent.kind == PostKind.QUESTION else PostKind.REPLY


def _account(services: Services, person: str) -> tuple[str, list[Record]]:
    """The person's account here, and the record that makes it at the first deed."""
    account = services.store.participation.account(person)
    return (account, []) if account else (native_account(person), _account_made(services, person))


def _account_made(services: Services, person: str) -> list[Record]:
    if services.store.participation.account(person):
        return []
    handle = person.rpartition(":")[2] or person
    return [Account(id=native_account(person), network=NATIVE, handle=handle, person=person)]


def _write(services: Services, records: Sequence[Record]) -> Change:
    """Write records and wake the publisher; the last one's change. What makes an account goes before it."""
    outcome = services.store.write(records)[-1]
    if outcome.change is Change.REJECTED:
        raise BadInput(outcome.detail or "It was rejected.", remedy=outcome.remedy or "")
    services.wake()
    return outcome.change
