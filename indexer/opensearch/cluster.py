"""The one door to the OpenSearch cluster: calls are tried again where that can help, errors translated."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import stamina
from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import ImproperlyConfigured, SerializationError, SSLError, TransportError

from models.errors import BadSetting, EngineUnavailable, IndexLost

CALL_SECONDS = 60
"""A bulk request on a busy cluster takes seconds; after a minute nobody is answering."""

PATIENCE = 30.0
"""Seconds after which no further attempt begins: a cluster that lost its majority leaves calls hanging."""

ATTEMPTS = 5
LONGEST_WAIT = 3.0
"""With the first wait of 0.1 s, doubled each time, five attempts bridge a restart of one node of three."""

BUSY = (429, 500, 502, 503, 504)
"""Too many requests, or a node or shard that is just going or moving (a node that has gone a moment ago is
reported as 500): the same request may succeed in a moment."""

NO_INDEX = "index_not_found_exception"
HEALING = "A running server makes it anew from the store; without one, run `dure rebuild`."

T = TypeVar("T")

# What goes wrong is raised with a remedy; without a handler the client would print a traceback besides.
logging.getLogger("opensearch").addHandler(logging.NullHandler())
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Cluster:
    """A connection to one or more nodes of a cluster, safe to share between threads."""

    def __init__(self, urls: Sequence[str], *, user: str | None = None, password: str | None = None) -> None:
        # Addresses may carry a password, which must not come out in a message.
        self.address = ", ".join(_without_password(url) for url in urls)
        login: dict[str, Any] = {"http_auth": (user, password or "")} if user else {}
        try:
            # One attempt a call: stamina counts the attempts, and each goes to a node not known to be down.
            self._client = OpenSearch(
                list(urls), timeout=CALL_SECONDS, max_retries=0, retry_on_timeout=True, **login
            )
        except (ValueError, ImproperlyConfigured) as error:
            raise BadSetting(
                f"{self.address} is no address of OpenSearch: {error}.",
                remedy="It looks like https://search.example.com:9200.",
            ) from error
        self._caller = stamina.RetryingCaller(
            attempts=ATTEMPTS, timeout=PATIENCE, wait_initial=0.1, wait_max=LONGEST_WAIT, wait_jitter=0.1
        ).on(_may_pass)

    def call(self, request: Callable[[OpenSearch], T]) -> T:
        """What `request` returns, tried up to five times while the cluster is away or busy.

        Raises `EngineUnavailable` when it stays so, and for every answer that says no.
        """
        try:
            return self._caller(request, self._client)
        except NoConnection as error:
            raise EngineUnavailable(
                f"OpenSearch at {self.address} cannot be reached: {error.error}.",
                remedy="Start it, or correct its address (DURE_OPENSEARCH_URL).",
            ) from error
        except TransportError as error:
            raise _refusal(self.address, error) from error
        except SerializationError as error:
            raise EngineUnavailable(
                f"What answers at {self.address} is not OpenSearch.",
                remedy="Correct its address (DURE_OPENSEARCH_URL).",
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _may_pass(error: Exception) -> bool:
    if isinstance(error, SSLError):
        return False
    # An alias that is moving to a rebuilt index may lead to the old one for a moment.
    return isinstance(error, NoConnection) or (
        isinstance(error, TransportError) and (error.status_code in BUSY or error.error == NO_INDEX)
    )


def _refusal(address: str, error: TransportError) -> EngineUnavailable:
    if error.status_code in (401, 403):
        remedy = "Check DURE_OPENSEARCH_USER and DURE_OPENSEARCH_PASSWORD, and the rights of that user."
    elif error.status_code in BUSY:
        remedy = "The cluster is overloaded or has lost a node: look at its health, then try again."
    elif error.error == NO_INDEX:
        return IndexLost(f"OpenSearch at {address} has lost the index: {_reason(error)}.", remedy=HEALING)
    else:
        remedy = "If the index was changed by hand, run `dure rebuild`."
    return EngineUnavailable(
        f"OpenSearch at {address} answered {error.status_code}: {_reason(error)}.", remedy=remedy
    )


def _reason(error: TransportError) -> str:
    match error.info:
        case {"error": {"root_cause": [{"reason": str(reason)}, *_]}} | {"error": {"reason": str(reason)}}:
            return reason
        case _:
            return error.error


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
