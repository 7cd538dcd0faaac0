"""Hits, facets and suggestions, as they go out."""

from datetime import datetime

from pydantic import Field

from search_api.ranking.relevance import Level
from search_api.schemas.body import Body
from search_api.schemas.posts import AuthorBody, PostBody, SignalsBody, SnippetBody, SuccessorBody
from search_api.search.answers import Why


class AnswerBody(Body):
    """The best answer of a thread, and why: `accepted` by who asked; `verified` by a curator; `thanked`, no
    reply has more reactions; `match`, it says what was asked; `given`, as an answer.
    """

    why: Why
    post: PostBody
    signals: SignalsBody
    snippet: SnippetBody


class CopiedPostBody(Body):
    """A post whose text is told already; `id` is also that of its thread."""

    id: str = Field(examples=["slack:C02:1700000060.000200"])
    channel: str = Field(examples=["slack:C02"])
    channel_name: str = Field(examples=["전사-공지"])
    created: datetime
    author: AuthorBody | None


class CopyBody(Body):
    """What opens another thread that asks or says the same, and what people did with it there."""

    post: CopiedPostBody
    signals: SignalsBody


class HitBody(Body):
    """A thread that answers, led by its best post. `title`: the post's, or what its thread is called.
    `level`: `exact`, one of its posts says all that was asked, close together, as typed or in the
    company's synonyms; `similar`, a part of it, or the same in other words or the other language; `related`,
    it need not answer.
    `missing`: words of the question that none of its posts says, unless they are many. `answer`: its best
    answer, if that is another post. `superseded_by`: what put the post right, replaced or revoked it, or what
    opened its thread, or else its answer.
    """

    post: PostBody
    signals: SignalsBody
    title: SnippetBody | None
    snippet: SnippetBody
    level: Level
    missing: list[str] = Field(examples=[["신청서"]])
    more_in_thread: int
    answer: AnswerBody | None
    superseded_by: SuccessorBody | None
    copies: list[CopyBody] = Field(
        description="Other threads that open with nearly the same text, at most 5."
    )
    more_copies: int = Field(description="Further ones beside these.")
    merged: list[CopyBody] = Field(
        description="Other threads found that curators merged into this one, at most 5."
    )
    more_merged: int = Field(description="Further ones beside these.")


class FacetValueBody(Body):
    """A value of a facet, its name for people, and how many of the counted posts carry it."""

    value: str = Field(examples=["slack:C01"])
    name: str = Field(examples=["인프라-질문"])
    posts: int


class SearchBody(Body):
    """Threads, level by level, the best of each first. `posts` counts the visible posts that say all that was
    asked; `facets` are of these or, where there is none, of the other levels. `similar` and `related` count
    threads, as far as they were looked at. `relaxed`: so few posts say all of it that others are shown for a
    part. `missing`: words that none of these threads says.
    """

    hits: list[HitBody]
    posts: int
    similar: int
    related: int
    relaxed: bool
    missing: list[str]
    facets: dict[str, list[FacetValueBody]]
    cursor: str | None = Field(description="Ask again with it for the next page; null on the last.")


class SuggestionBody(Body):
    """A completion, and how many visible posts carry it."""

    value: str = Field(examples=["연차 이월"])
    posts: int


class SuggestionsBody(Body):
    """Completions of a prefix, the most frequent first."""

    suggestions: list[SuggestionBody]
