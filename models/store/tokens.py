"""API tokens: hashed, dated, revocable; they say who asks and what is allowed."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, ScalarSelect, insert, select, update

from models.api_token import ApiToken
from models.errors import BadInput, NotFound, Unauthenticated
from models.moments import BOUNDS, LATEST, LocalTime, clamped, now
from models.scope import Scope
from models.store.directory_tables import ApiTokenRow, EmploymentRow, PersonRow
from models.store.scopes import HOLDING, scope_by
from models.stored import Permission, TokenRole, Viewer

PREFIX = "dure_"
"""Lets secret scanners and people know a token when they see one."""
ENTROPY = 32
"""Random bytes of a secret: with that many a plain hash without salt is safe."""
PERSONAL = frozenset({Permission.READ, Permission.PARTICIPATE})
"""What one does as a person: a token that allows nothing else is of no use without one."""
_HOLDER = (
    select(
        ApiTokenRow.person,
        ApiTokenRow.role,
        ApiTokenRow.permissions,
        ApiTokenRow.expires,
        ApiTokenRow.revoked,
        *HOLDING,
    )
    .outerjoin(PersonRow, PersonRow.id == ApiTokenRow.person)
    .outerjoin(EmploymentRow, EmploymentRow.person == PersonRow.id)
)
"""Tokens with who holds them, in one statement: every question begins with it."""


def create(
    connection: Connection,
    *,
    name: str,
    role: TokenRole,
    person: str | None,
    permissions: Collection[str],
    expires: datetime | None,
) -> str:
    """Make a token and return its secret, which is kept nowhere.

    Raises:
        BadInput: a name in use or that cannot be seen, an unknown role, permission or person, nobody to
            read as, or an expiry that has passed.
    """
    if not name.strip():
        raise BadInput("A token needs a name.", remedy="Name it after the service or person that uses it.")
    if not name.isprintable():
        raise BadInput(
            f"The name {name!r} holds characters that cannot be seen.",
            remedy="Use letters, digits, signs and spaces.",
        )
    if role not in list(TokenRole):
        raise BadInput(f"There is no role {role!r}.", remedy=f"Use one of {', '.join(TokenRole)}.")
    if isinstance(permissions, str) or not set(Permission).issuperset(permissions):
        raise BadInput(
            f"There are no such permissions: {permissions!r}.",
            remedy=f"Use some of {', '.join(Permission)}.",
        )
    if expires is not None and not now() < clamped(expires) < LATEST:
        raise BadInput(
            f"The token would have expired already, or would outlive the calendar ({BOUNDS}).",
            remedy="Give a time to come, not as far off.",
        )
    if person is None and PERSONAL.issuperset(permissions):
        raise BadInput(
            "A token that only reads and takes part does so as a person, and none is named.",
            remedy="Add `--as PERSON`; `dure people` lists who there is.",
        )
    if (
        person is not None
        and not connection.execute(select(PersonRow.id).where(PersonRow.id == person)).first()
    ):
        raise BadInput(f"There is no person {person!r}.", remedy="`dure people` lists who there is.")
    in_force = select(ApiTokenRow.hash).where(ApiTokenRow.name == name, ApiTokenRow.revoked.is_(None))
    if connection.execute(in_force).first():
        raise BadInput(
            f"There is a token {name!r} already.", remedy="Revoke it first, or choose another name."
        )
    secret = PREFIX + token_urlsafe(ENTROPY)
    values = {
        "hash": hash_of(secret),
        "name": name,
        "role": TokenRole(role).value,
        "person": person,
        "permissions": " ".join(sorted(set(permissions))),
        "created": now(),
        "expires": expires,
        "revoked": None,
    }
    connection.execute(insert(ApiTokenRow), values)
    return secret


def authenticate(connection: Connection, secret: str, at: LocalTime) -> Viewer:
    """Who asks with a secret, and what they may read at a time.

    Raises:
        Unauthenticated: the token is unknown, revoked or expired: the answer does not say which.
    """
    return holder(connection, hash_of(secret), at)


def holder(connection: Connection, token: "str | ScalarSelect[str]", at: LocalTime) -> Viewer:
    """As `authenticate`, by the hash of a token."""
    rows = connection.execute(_HOLDER.where(ApiTokenRow.hash == token)).all()
    row = rows[0] if rows else None
    if row is None or row.revoked is not None or (row.expires is not None and row.expires <= at):
        raise Unauthenticated("The token is not valid.", remedy="Ask an administrator for a new one.")
    return Viewer(
        person=row.person,
        role=TokenRole(row.role),
        permissions=frozenset(Permission(permission) for permission in row.permissions.split()),
        scope=Scope() if row.person is None else scope_by(connection, row.person, rows, at),
    )


def revoke(connection: Connection, name: str) -> None:
    """End a token now.

    Raises:
        NotFound: no token of that name is in force.
    """
    in_force = update(ApiTokenRow).where(ApiTokenRow.name == name, ApiTokenRow.revoked.is_(None))
    if connection.execute(in_force.values(revoked=now())).rowcount == 0:
        raise NotFound(f"There is no token {name!r} in force.", remedy="`dure token list` shows the names.")


def unrevoked(connection: Connection) -> list[ApiToken]:
    """The tokens that nobody has revoked, by name; some may have expired."""
    columns = ApiTokenRow.name, ApiTokenRow.role, ApiTokenRow.person, ApiTokenRow.created, ApiTokenRow.expires
    query = select(*columns).where(ApiTokenRow.revoked.is_(None)).order_by(ApiTokenRow.name)
    return [
        ApiToken(name=name, role=TokenRole(role), person=person, created=created, expires=expires)
        for name, role, person, created, expires in connection.execute(query)
    ]


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
