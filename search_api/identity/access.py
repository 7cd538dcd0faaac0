"""Who asks, and what they may: the only place of this folder where a scope comes from.

What somebody may is read in the transaction in which they read: nobody sees what came after they were shut
out. Outside the demo a viewer is what the store says about a token. In the demo, which listens on loopback
only, whoever sits at the machine may look as any person and take part as them; connectors need a token there.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from models.errors import Forbidden, Unauthenticated
from models.stored import Permission, TokenRole, Viewer
from search_api.services import Services

PERMISSIONS: Mapping[TokenRole, frozenset[Permission]] = {
    TokenRole.EMPLOYEE: frozenset({Permission.READ, Permission.PARTICIPATE}),
    TokenRole.CURATOR: frozenset({Permission.READ, Permission.PARTICIPATE}),
    TokenRole.AUDITOR: frozenset({Permission.READ}),
    TokenRole.CONNECTOR: frozenset({Permission.WRITE, Permission.IMPORT}),
    TokenRole.ADMIN: frozenset(Permission),
}
"""What a new token of each role allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What is shown of who asks: the secret of a token or session or, in the demo, the choice of a person."""

    token: str | None = None
    session: str | None = None
    chosen: str | None = None


@contextmanager
def admitted(
    services: Services, credentials: Credentials, permission: Permission = Permission.READ
) -> Iterator[Viewer]:
    """Whom credentials stand for; all that is read within it, on this thread, is of the same moment.

    Within it nothing is written: who waits for the store's writer holds no connection meanwhile.

    Raises:
        Unauthenticated: nobody is known by these credentials (any more).
        Forbidden: they do not have the permission.
        NotFound: there is no such person to look as.
    """
    with services.store.one_moment():
        viewer = viewer_of(services, credentials)
        allow(viewer, permission)
        yield viewer


def viewer_of(services: Services, credentials: Credentials) -> Viewer:
    """Whom credentials stand for now; raises `Unauthenticated`, and `NotFound` for an unknown choice."""
    if credentials.token is not None:
        return services.store.authenticate(credentials.token)
    if services.demo:
        return _demo_viewer(services, credentials.chosen)
    if credentials.session is not None:
        return services.store.sessions.resume(credentials.session)
    raise no_credentials()


def no_credentials() -> Unauthenticated:
    """What is said to whom shows nothing."""
    return Unauthenticated(
        "This needs a token.", remedy="Send `Authorization: Bearer …`; `dure token create` makes a token."
    )


def _demo_viewer(services: Services, person: str | None) -> Viewer:
    """The person as whom a demo visitor looks; without one, the first that the demo offers."""
    person = person or next(iter(services.demo_viewers), None)
    if person is None:
        raise Unauthenticated("Nobody has been chosen to look as.", remedy="Add ?as=PERSON to the address.")
    return Viewer(
        person=person,
        role=TokenRole.EMPLOYEE,
        permissions=PERMISSIONS[TokenRole.EMPLOYEE],
        scope=services.store.scope_of(person),
    )


def allow(viewer: Viewer, permission: Permission) -> None:
    """Raises `Forbidden` unless the viewer's token has this permission."""
    if permission not in viewer.permissions:
        raise Forbidden(
            f"This needs the permission '{permission}'.",
            remedy="Ask an administrator for a token that has it.",
        )
