"""Who asks, and what they may: the only place of this folder where a scope comes from.

Outside the demo a viewer is what the store says about a token. In the demo, which listens on loopback only,
whoever sits at the machine may look as any person and take part as them; connectors need a token there too.
"""

from collections.abc import Mapping

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


def token_viewer(services: Services, secret: str | None) -> Viewer:
    """The viewer whom a bearer token stands for; raises `Unauthenticated`."""
    if not secret:
        raise Unauthenticated(
            "This needs a token.", remedy="Send `Authorization: Bearer …`; `dure token create` makes a token."
        )
    return services.store.authenticate(secret)


def session_viewer(services: Services, secret: str | None) -> Viewer:
    """The viewer whom a browser's session stands for; raises `Unauthenticated`."""
    return services.store.sessions.resume(secret) if secret else token_viewer(services, None)


def demo_viewer(services: Services, person: str | None) -> Viewer:
    """The person as whom a demo visitor looks; without one, the first that the demo offers.

    Raises `NotFound` for an unknown person, `Unauthenticated` where nobody is offered.
    """
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
