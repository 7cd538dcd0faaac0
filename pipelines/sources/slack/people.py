"""Who speaks in a Slack export: users, bots, and a stand-in for everyone whom it does not explain."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pipelines.problems import Problem
from pipelines.sources.checks import located
from pipelines.sources.json_array import Element
from pipelines.sources.slack.fields import name, string
from pipelines.sources.source import Located

SLACKBOT = "USLACKBOT"
"""Slack's own voice: not marked as a bot in exports."""


_SPACES = re.compile(r"\s+")


class People:
    """Knows the users read so far: the handle of each, and the name that people see."""

    def __init__(self, network: str, as_of: datetime | None) -> None:
        self._network = network
        self._as_of = as_of
        self._humans: set[str] = set()
        self._bots: set[str] = set()
        self.handles: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def user(self, element: Element, file: str) -> Iterator[Located | Problem]:
        """A row of users.json: an account, and a person presumed behind it unless it is a bot."""
        line, user = element
        id_, profile = string(user, "id"), user.get("profile")
        handle = name(user, "name") or name(profile, "display_name", "real_name") or id_
        shown = name(user, "real_name") or name(profile, "real_name", "display_name") or handle
        bot = bool(user.get("is_bot")) or id_ == SLACKBOT
        account = f"{self._network}:{id_}"
        (self._bots if bot else self._humans).add(id_)
        if not bot:
            yield located(
                {
                    "type": "person",
                    "id": account,
                    "name": shown,
                    "title": name(profile, "title"),
                    "guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
                    "left": bool(user.get("deleted")),
                    "as_of": self._as_of,
                },
                file,
                line,
            )
        self.handles[id_], self.names[id_] = handle, shown
        yield located(
            {
                "type": "account",
                "id": account,
                "network": self._network,
                "handle": handle,
                "name": shown,
                "person": None if bot else account,
                "presumed": not bot,
                "bot": bot,
                "as_of": self._as_of,
            },
            file,
            line,
        )

    @property
    def listed(self) -> list[str]:
        """The ids of all accounts that `user` was given, and of bots that spoke."""
        return sorted(self._humans | self._bots)

    def known(self, id_: str, file: str, line: int, hints: Any = None) -> Iterator[Located | Problem]:
        """For a user who is not known yet: a problem, and a stand-in account named by the hints."""
        if id_ in self.handles:
            return
        if id_ == SLACKBOT:
            self._bots.add(id_)
            yield from self._stand_in(id_, "slackbot", "Slackbot", file, line, bot=True)
            return
        profile = hints.get("user_profile") if isinstance(hints, dict) else None
        handle = name(profile, "name", "display_name") or name(hints, "username") or id_
        yield Problem(
            kind="unknown_user",
            file=file,
            line=line,
            message=f"User {id_} is not in users.json.",
            remedy="What they wrote was kept under an account without a person; export again with all users.",
        )
        yield from self._stand_in(id_, handle, name(profile, "real_name"), file, line, bot=False)

    def bot_of(self, message: dict[str, Any], subtype: str, user: str) -> str:
        """The id of the bot that wrote a message of `user`; empty where a human being wrote it themselves."""
        profile = message.get("bot_profile")
        bot = string(message, "bot_id") or string(profile, "id") or string(message, "app_id")
        posted = subtype == "bot_message"
        if not (posted or bot or isinstance(profile, dict) or user in self._bots):
            return ""
        if user and user not in self._humans and not (posted and bot):
            # A user of whom nothing else is known is the app.
            return user
        # What an app says in somebody's name is the app's. Of some only their name is known.
        called = _SPACES.sub("_", string(message, "username") or string(profile, "name"))[:100]
        return bot or f"bot-{called}".rstrip("-")

    def bot(self, id_: str, message: dict[str, Any], file: str, line: int) -> Iterator[Located | Problem]:
        """The account of the bot that wrote a message, the first time that it speaks."""
        if id_ not in self._bots:
            profile = message.get("bot_profile")
            handle = name(message, "username") or name(profile, "name") or id_
            self._bots.add(id_)
            yield from self._stand_in(id_, handle, None, file, line, bot=True)

    def _stand_in(
        self, id_: str, handle: str, shown: str | None, file: str, line: int, *, bot: bool
    ) -> Iterator[Located | Problem]:
        self.handles[id_], self.names[id_] = handle, shown or handle
        yield located(
            {
                "type": "account",
                "id": f"{self._network}:{id_}",
                "network": self._network,
                "handle": handle,
                "name": shown,
                "bot": bot,
                "as_of": self._as_of,
            },
            file,
            line,
        )
