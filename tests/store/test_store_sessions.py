"""Sessions of browsers, on each database."""

from datetime import UTC, datetime, timedelta

import pytest

from models.errors import Unauthenticated
from models.records import Person
from models.store import Store
from models.store.sessions import LASTS
from models.stored import Permission, TokenRole

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def token(store: Store) -> str:
    store.write([Person(id="p:minji", name="이민지")])
    return store.create_token(
        name="minji", role=TokenRole.EMPLOYEE, person="p:minji", permissions={Permission.READ}, expires=None
    )


def test_a_session_is_of_the_tokens_person_and_permissions(store: Store, token: str) -> None:
    viewer = store.sessions.resume(store.sessions.begin(token))
    assert (viewer.person, viewer.permissions) == ("p:minji", {Permission.READ})


def test_each_session_has_a_secret_of_its_own_and_ends_alone(store: Store, token: str) -> None:
    one, other = store.sessions.begin(token), store.sessions.begin(token)
    store.sessions.end(one)
    store.sessions.end(one)
    with pytest.raises(Unauthenticated):
        store.sessions.resume(one)
    assert store.sessions.resume(other).person == "p:minji"


def test_a_session_ends_by_itself(store: Store, token: str) -> None:
    secret = store.sessions.begin(token, NOW)
    assert store.sessions.resume(secret, NOW + LASTS - timedelta(seconds=1)).person == "p:minji"
    with pytest.raises(Unauthenticated):
        store.sessions.resume(secret, NOW + LASTS)


def test_a_session_ends_with_its_token(store: Store, token: str) -> None:
    secret = store.sessions.begin(token)
    store.revoke_token("minji")
    with pytest.raises(Unauthenticated):
        store.sessions.resume(secret)
    with pytest.raises(Unauthenticated):
        store.sessions.begin(token)


def test_a_token_that_expires_ends_its_sessions(store: Store) -> None:
    expires = datetime.now(UTC) + timedelta(hours=1)
    token = store.create_token(
        name="short", role=TokenRole.ADMIN, person=None, permissions={Permission.WRITE}, expires=expires
    )
    secret = store.sessions.begin(token)
    with pytest.raises(Unauthenticated):
        store.sessions.resume(secret, expires)


def test_neither_a_token_nor_a_made_up_secret_is_a_session(store: Store, token: str) -> None:
    for secret in (token, "", "x", "\udc80"):
        with pytest.raises(Unauthenticated):
            store.sessions.resume(secret)
