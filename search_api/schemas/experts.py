"""People and what proves their knowledge, as they go out."""

from pydantic import Field

from search_api.experts.evidence import Reason
from search_api.schemas.body import Body
from search_api.schemas.posts import AuthorBody, PostBody, SignalsBody, SnippetBody


class PersonBody(Body):
    """A person as colleagues see them; `posts` counts what this viewer may see."""

    id: str = Field(examples=["p:kim.minjae"])
    name: str = Field(examples=["김민재"])
    name_en: str | None
    title: str | None
    leader: bool
    left: bool
    companies: list[str]
    units: list[str]
    accounts: list[str]
    posts: int
    followers: int


class EvidenceBody(Body):
    """A post that speaks for its author, and why."""

    post: PostBody
    signals: SignalsBody
    snippet: SnippetBody
    why: list[Reason]


class ExpertBody(Body):
    """Someone who knows. `person` is null for an account that belongs to nobody known."""

    rank: int
    author: AuthorBody
    person: PersonBody | None
    evidence: list[EvidenceBody]


class ExpertsBody(Body):
    """People, the best first; nobody where the evidence is thin."""

    experts: list[ExpertBody]
