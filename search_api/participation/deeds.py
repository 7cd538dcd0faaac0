"""What a person does in their own name: react, accept, verify, supersede, merge, follow.

Done twice it is done once. Each deed is decided by what its doer sees at one moment, and written after that.
"""

from collections.abc import Sequence
from datetime import datetime

from models.errors import BadInput, Forbidden, NotFound
from models.moments import now
from models.records import Acceptance, Follow, Reaction, Record, Verification
from models.stored import NO_SIGNALS, Change, Permission, Viewer
from search_api.identity.access import Credentials, admitted
from search_api.participation.reaction_kinds import MOST_KINDS, is_known
from search_api.participation.recording import account_of, record
from search_api.participation.rights import (
    is_solvable,
    may_accept,
    may_verify,
    open_place,
    person_of,
    seen_post,
)
from search_api.services import Services


def react(services: Services, participant: Credentials, post: str, kind: str, *, given: bool) -> Change:
    """Give a reaction of the participant's, or take it back through whichever account it was given.

    Raises:
        NotFound: there is no such post, or none that the participant sees.
        BadInput: the kind is neither an emoji nor there already, or they have given very many.
        Forbidden: the channel is archived, or their token does not allow it.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        records = _reactions(services, viewer, post, kind, given=given)
    return record(services, records)


def accept(
    services: Services, participant: Credentials, question: str, answer: str, *, accepted: bool
) -> Change:
    """Say, or no longer say, that an answer solved a question. It is for who asked, and for curators.

    Raises:
        NotFound: there is no such post, or none that the participant sees.
        BadInput: the answer is of another thread, or nothing was asked.
        Forbidden: somebody else asked, the channel is archived, or their token does not allow it.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        records = _acceptance(services, viewer, question, answer, accepted=accepted)
    return record(services, records)


def verify(
    services: Services, participant: Credentials, post: str, *, verified: bool, until: datetime | None = None
) -> Change:
    """Vouch for a post, until a time or for good, or take back whatever verifies it. It is for curators.

    An archived channel is no hindrance: what is wrong there must be withdrawn, too.

    Raises:
        NotFound: there is no such post, or none that the participant sees.
        BadInput: the time has passed.
        Forbidden: the participant is no curator.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        records = _verifications(services, viewer, post, verified=verified, until=until)
    return record(services, records)


def supersede(services: Services, participant: Credentials, older: str, newer: str, *, holds: bool) -> Change:
    """Say that a post supersedes another one, whether or not that was found, or that it does not. It is for
    curators; the last word stands.

    Raises:
        NotFound: there is no such post, or none that the participant sees.
        BadInput: the newer one is not the later.
        Forbidden: the participant is no curator.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        person = person_of(viewer)
        for post in (older, newer):
            seen_post(services, viewer, post)
        if not may_verify(viewer):
            raise Forbidden("Only curators say what is outdated.", remedy="Tell it in a reply instead.")
    return services.store.successions.decide(older, newer, person, holds=holds)


def merge(services: Services, participant: Credentials, thread: str, kept: str | None) -> Change:
    """Say of a thread, given by any of its posts, that it asks the same as another one and leads to that from
    now on, or with None that it stands for itself. It is for curators; the last word stands.

    An archived channel is no hindrance: a dead question is one that should lead on.

    Raises:
        NotFound: there is no such post, or none that the participant sees.
        CannotMerge: they do not see what opened both threads, or the other one is merged into this one.
        Forbidden: the participant is no curator.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        person = person_of(viewer)
        merged = seen_post(services, viewer, thread).thread
        into = seen_post(services, viewer, kept).thread if kept is not None else None
        if not may_verify(viewer):
            raise Forbidden("Only curators merge threads.", remedy="Link to the other one in a reply.")
    return services.store.merges.decide(merged, into, person, viewer.scope)


def follow(services: Services, participant: Credentials, followed: str, *, following: bool) -> Change:
    """Follow a person, or no longer follow them by any account.

    Raises:
        NotFound: there is no such person.
        BadInput: it is the participant.
        Forbidden: their token does not allow it.
    """
    with admitted(services, participant, Permission.PARTICIPATE) as viewer:
        records = _follows(services, viewer, followed, following=following)
    return record(services, records)


def _reactions(services: Services, viewer: Viewer, post: str, kind: str, *, given: bool) -> Sequence[Record]:
    person = person_of(viewer)
    open_place(services, viewer, seen_post(services, viewer, post).channel)
    own = services.store.participation.own(person, [post]).reactions
    accounts = {account for _, own_kind, account in own if own_kind == kind}
    if given == bool(accounts):
        return []
    if not given:
        at = now()
        return [Reaction(post=post, kind=kind, account=by, count=0, created=at) for by in accounts]
    there = services.store.signals([post], viewer.scope).get(post, NO_SIGNALS).reactions
    if not is_known(kind) and kind not in there:
        raise BadInput("There is no such reaction.", remedy="React with an emoji, or the name of one.")
    if len({own_kind for _, own_kind, _ in own}) >= MOST_KINDS:
        raise BadInput("You have reacted very often to this post.", remedy="Take some back first.")
    account, makes = account_of(services, person)
    return [*makes, Reaction(post=post, kind=kind, account=account, created=now())]


def _acceptance(
    services: Services, viewer: Viewer, question: str, answer: str, *, accepted: bool
) -> Sequence[Record]:
    person = person_of(viewer)
    asked, answering = seen_post(services, viewer, question), seen_post(services, viewer, answer)
    open_place(services, viewer, asked.channel)
    if not is_solvable(asked) or answering.thread != asked.id or answering.id == asked.id:
        raise BadInput(
            "This does not answer that question.", remedy="Name what opened a thread, and a reply in it."
        )
    if not may_accept(viewer, asked=question in services.store.participation.own(person, [question]).written):
        raise Forbidden("Only who asked may accept an answer.", remedy="Thank for it by a reaction instead.")
    if services.store.signals([answer], viewer.scope).get(answer, NO_SIGNALS).accepted == accepted:
        return []
    account, makes = (None, []) if asked.anonymous else account_of(services, person)
    acceptance = Acceptance(
        question=question, answer=answer, account=account, accepted=accepted, created=now()
    )
    return [*makes, acceptance]


def _verifications(
    services: Services, viewer: Viewer, post: str, *, verified: bool, until: datetime | None
) -> Sequence[Record]:
    person = person_of(viewer)
    seen_post(services, viewer, post)
    if not may_verify(viewer):
        raise Forbidden("Only curators verify posts.", remedy="Thank for it by a reaction instead.")
    at = now()
    if until is not None and until <= at:
        raise BadInput("It would be verified no longer.", remedy="Give a time to come, or none.")
    present = services.store.participation.verifications(post, at)
    if verified:
        wanted = {person: until}
        if present.get(person, at) == until:
            return []
    else:
        wanted = dict(present)
        if not present:
            return []
    return [
        Verification(post=post, person=by, verified=verified, until=ends, created=at)
        for by, ends in wanted.items()
    ]


def _follows(services: Services, viewer: Viewer, followed: str, *, following: bool) -> Sequence[Record]:
    person = person_of(viewer)
    if followed == person:
        raise BadInput("Nobody can follow themselves.", remedy="Name a colleague.")
    profile = services.store.profiles([followed], viewer.scope).get(followed)
    if profile is None:
        raise NotFound.unseen("person", followed)
    at = now()
    present = services.store.participation.follows(person, followed, at)
    if following == bool(present):
        return []
    if not following:
        return [Follow(follower=by, followed=of, since=since, until=at) for by, of, since in present]
    account, makes = account_of(services, person)
    theirs = services.store.participation.account(followed) or next(iter(profile.accounts), None)
    if theirs is None:
        theirs, made = account_of(services, followed)
        makes += made
    return [*makes, Follow(follower=account, followed=theirs, since=at)]
