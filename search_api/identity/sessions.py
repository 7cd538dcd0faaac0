"""Browsers: their cookies, and the proof that what they send was meant to be sent (against CSRF).

A bearer token in a header is proof itself. A cookie goes along with whatever any page makes the browser send:
a deed by cookie, or by the demo's choice of a viewer, needs a word that only pages of ours can know.
"""

import hmac
import secrets
from hashlib import sha256
from typing import Literal
from urllib.parse import quote, unquote

from fastapi import Request, Response

from models.errors import Forbidden
from models.stored import Viewer

SESSION_COOKIE = "dure_session"
DEMO_COOKIE = "dure_viewer"
DEMO_PARAMETER = "as"
CSRF_HEADER = "X-CSRF-Token"
OTHER_SITES = ("cross-site", "same-site")
"""What `Sec-Fetch-Site` says of pages elsewhere: sub-domains and other schemes are elsewhere, too."""
SAME_SITE: Literal["lax"] = "lax"
"""A link in a mail or in Slack leads to its page; what another site posts comes without the cookie."""


class SessionKey:
    """The demo's secret: its cookie is a name that anybody can guess. It lives as long as the server."""

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(32)


def signed_in(request: Request) -> str | None:
    """The secret of the browser's session, if it signed in."""
    return request.cookies.get(SESSION_COOKIE) or None


def sign_in(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep a session until it is closed: no script reads it, no other site posts with it."""
    secure = request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, secret, httponly=True, samesite=SAME_SITE, secure=secure)


def sign_out(response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite=SAME_SITE)


def chosen_person(request: Request) -> str | None:
    """The person as whom a demo visitor looks: `?as=`, else the cookie, else nobody."""
    chosen = request.query_params.get(DEMO_PARAMETER)
    if chosen is None:
        # Quoted, since headers are Latin-1 and ids need not be.
        chosen = unquote(request.cookies.get(DEMO_COOKIE, ""))
    return chosen or None


def choose_person(response: Response, person: str) -> None:
    """Let the browser keep the demo's choice."""
    response.set_cookie(DEMO_COOKIE, quote(person, safe=""), httponly=True, samesite=SAME_SITE)


def csrf_token(request: Request, person: str | None) -> str:
    """The word for the forms of a page shown to this browser and person."""
    secret = signed_in(request)
    # What only this browser keeps is a key that every process knows without keeping anything.
    key: str = secret or request.app.state.session_key.secret
    return hmac.new(key.encode(), f"form {person or ''}".encode(), sha256).hexdigest()


def require_meant(request: Request, presented: str | None) -> None:
    """Raises `Forbidden` unless a request, on a guarded route, comes from a page shown to its viewer."""
    # No browser sends a token by itself, as it does cookies and the passwords of a proxy.
    if request.state.bearing:
        return
    require_own_page(request)
    viewer: Viewer = request.state.viewer
    if not hmac.compare_digest(csrf_token(request, viewer.person), presented or ""):
        raise Forbidden(
            "The page that sent this is out of date.", remedy="Load the page again and send once more."
        )


def require_own_page(request: Request) -> None:
    """Raises `Forbidden` where the browser says that another site sent this, or does not say who did."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    host = request.headers.get("host", "")
    if origin is not None:
        # Compared as it is: what is no address is nobody's. Which scheme the browser uses, a proxy may hide;
        # that a page of the other scheme sent this, the browser says.
        own = bool(host) and origin in (f"http://{host}", f"https://{host}") and site not in OTHER_SITES
    else:
        own = site == "same-origin"
    if not own:
        raise Forbidden("Another site sent this.", remedy="Send it from a page of this server.")
