"""Hits, facets and suggestions, as they go out."""

from datetime import datetime

from pydantic import Field

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
    """What opens another thread with nearly the same text, and what people did with it there."""

    post: CopiedPostBody
    signals: SignalsBody


class HitBody(Body):
    """A thread that answers, led by its best post. `title`: the post's, or what its thread is called.
    `exact`: one of its posts says all that was asked, as typed or in the company's synonyms. `answer`: its
    best answer, if that is another post. `superseded_by`: what put the post right, replaced or revoked it, or
    what opened its thread, or else its answer.
    """

    post: PostBody
    signals: SignalsBody
    title: SnippetBody | None
    snippet: SnippetBody
    exact: bool
    more_in_thread: int
    answer: AnswerBody | None
    superseded_by: SuccessorBody | None
    copies: list[CopyBody] = Field(
        description="Other threads that open with nearly the same text, at most 5."
    )
    more_copies: int = Field(description="Further ones beside these.")


class FacetValueBody(Body):
    """A value of a facet, its name for people, and how many of the counted posts carry it."""

    value: str = Field(examples=["slack:C01"])
    name: str = Field(examples=["인프라-질문"])
    posts: int


class SearchBody(Body):
    """Threads, the best first. `posts` counts the visible posts that say all that was asked; `facets` are of
    these or, where there is none, of what is alike, as far as it was looked at.
    """

    hits: list[HitBody]
    posts: int
    facets: dict[str, list[FacetValueBody]]
    cursor: str | None = Field(description="Ask again with it for the next page; null on the last.")


class SuggestionBody(Body):
    """A completion, and how many visible posts carry it."""

    value: str = Field(examples=["연차 이월"])
    posts: int


class SuggestionsBody(Body):
    """Completions of a prefix, the most frequent first."""

    suggestions: list[SuggestionBody]
