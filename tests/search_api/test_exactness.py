"""What a post has to say to be an exact answer, and what is counted where none is."""

from collections.abc import Iterable

import pytest
from fastapi.testclient import TestClient
from search_examples import Group, post

from indexer.engine import Clause, Filters, TextField, Word
from models.language.annotator import Annotator
from models.language.mecab import MecabAnalyzer
from models.language.terms import terms
from models.records import Acceptance, Channel, Person, PostKind
from models.scope import Scope
from search_api.query.analyzed import analyze
from search_api.query.exactness import MOST_TERMS, Exactness, Typed, required_words
from search_api.query.question_text import read_question
from search_api.query.weighing import weighed
from search_api.ranking.relevance import Level
from search_api.search.page import find_answers


def required(question: str, analyzer: MecabAnalyzer) -> dict[Word, Typed]:
    read = read_question(question, analyzer)
    return required_words(read, weighed(read))


def heads(words: Iterable[Word]) -> list[str]:
    return [word.clauses[0].term for word in words]


def says(question: str, text: str, analyzer: MecabAnalyzer) -> bool:
    read = frozenset(term.form for term in terms(analyzer.analyze(text)))
    return Exactness(required(question, analyzer)).says_all(read, text)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("VPN 접속이 안 돼요", ["vpn", "접속"]),
        ("연차 이월은 어떻게 하나요?", ["연차", "이월"]),
        ("연차 이월 방법 알려 주세요", ["연차", "이월"]),
        ("how do I reset the password?", ["reset", "password"]),
        ("법인카드 한도가 얼마예요", ["법인", "카드", "한도"]),
        ("12월 세금계산서", ["12", "월", "세금", "계산서"]),
        ("VPN VPN", ["vpn"]),
        ("🎉", ["🎉"]),
    ],
)
def test_required_is_what_tells_something(question: str, wanted: list[str], analyzer: MecabAnalyzer) -> None:
    assert heads(required(question, analyzer)) == wanted


@pytest.mark.parametrize("question", ["안 돼요", "누가 왜", "어떻게 해요?", "what is it", "ㅋㅋㅋ"])
def test_a_question_that_tells_nothing_wants_all_that_it_has(question: str, analyzer: MecabAnalyzer) -> None:
    assert required(question, analyzer)


@pytest.mark.parametrize("nothing", ["?!", "…", "---"])
def test_what_holds_no_term_is_said_by_nothing(nothing: str, analyzer: MecabAnalyzer) -> None:
    assert not says(nothing, f"{nothing} 무엇이든 {nothing}", analyzer)


@pytest.mark.parametrize(
    ("question", "text", "exact"),
    [
        ("VPN 접속이 안 돼요", "접속하려면 VPN부터 켜세요", True),
        ("VPN 접속이 안 돼요", "VPN 안 돼요", False),
        ("회의록 양식", "양식은 회의록에 있습니다", True),
        # A compound is said by itself or by all its parts, never by one.
        ("고객관리시스템 점검", "고객 관리 시스템 점검 일정", True),
        ("고객관리시스템 점검", "고객 점검 일정", False),
        # By a synonym of one word, and of several by all of them.
        ("고객관리시스템 점검", "CRM 점검 일정", True),
        ("CRM 점검", "고객 시스템 점검 일정", True),
        ("CRM 점검", "고객 점검 일정", False),
        # Of a measure and a version the whole: their figures are anywhere.
        ("1.5톤 트럭", "1.5t 트럭", True),
        ("1.5톤 트럭", "버전 1.5 트럭", False),
        ("버전 3.1.2", "v3.1.2 배포", True),
        ("버전 3.1.2", "3월 1일과 2일", False),
        ("축하 🎉", "축하합니다 🎉🎉", True),
        ("축하 🎉", "축하합니다", False),
    ],
)
def test_exact_is_who_says_all_of_it(question: str, text: str, exact: bool, analyzer: MecabAnalyzer) -> None:
    assert says(question, text, analyzer) is exact


def test_a_word_at_the_edge_of_a_passage_is_said() -> None:
    forms = ("보안", "정산", "휴가")
    exactness = Exactness({Word((Clause(TextField.TERMS, form, 1.0),)): Typed(form, 0) for form in forms})
    assert exactness.says_all(frozenset(["보안", "점검", "출장", "정산", "휴가"]), "")
    assert not exactness.says_all(frozenset(["보안", "점검", "출장", "정산"]), "")


def test_a_character_alone_is_no_part_of_a_word() -> None:
    exactness = Exactness({Word((Clause(TextField.GRAMS, "x", 1.0),)): Typed("x", 0)})
    assert exactness.says_all(frozenset(), "X 입니다")
    assert not exactness.says_all(frozenset(), "xylophone 연주")


def test_a_pasted_page_asks_for_a_bounded_number_of_terms(analyzer: MecabAnalyzer) -> None:
    words = required(" ".join(f"서버{number}호기 장애" for number in range(2_000)), analyzer)
    asked = [term for word in words for clause in word.clauses for term in (clause.term, *clause.same)]
    assert 0 < len(asked) <= MOST_TERMS


def test_the_same_word_in_the_other_script_is_exact_and_a_translation_is_not(
    bilingual_annotator: Annotator,
) -> None:
    query = analyze(bilingual_annotator, "서버 비밀번호")
    said = {
        term for word in query.required for clause in word.clauses for term in (clause.term, *clause.same)
    }
    assert "server" in said
    assert "password" not in said


# -- the page


def test_posts_and_facets_count_who_says_all_of_it_and_its_hits_are_exact(group: Group) -> None:
    group.publish(
        post("1", "VPN 접속이 끊깁니다"),
        post("2", "VPN 점검 안내", channel="sns:cloud"),
        post("3", "VPN 접속 가이드", channel="sns:cloud"),
    )
    page = group.search("VPN 접속")
    assert {hit.post.id for hit in page.hits if hit.level is Level.EXACT} == {"sns:1", "sns:3"}
    assert [hit.missing for hit in page.hits] == [(), (), ("접속",)]
    assert page.posts == 2
    assert {value.value: value.posts for value in page.facets["channel"]} == {"sns:plaza": 1, "sns:cloud": 1}


def test_a_thread_is_exact_by_any_of_its_posts(group: Group) -> None:
    group.publish(
        post("1", "사내 VPN 접속이 자꾸 끊깁니다", kind=PostKind.QUESTION),
        post("2", "접속이 끊기면 클라이언트를 다시 설치하세요", parent="sns:1", kind=PostKind.ANSWER),
        Acceptance(question="sns:1", answer="sns:2"),
    )
    [hit] = group.search("접속 클라이언트 설치").hits
    assert hit.level is Level.EXACT
    [hit] = group.search("VPN 접속").hits
    assert hit.level is Level.EXACT


def test_where_nothing_says_all_of_it_what_is_alike_is_counted(group: Group) -> None:
    group.publish(
        post("1", "VPN 접속이 끊깁니다", days=3),
        post("2", "프린터 점검 안내", channel="sns:cloud", kind=PostKind.DOCUMENT, days=300),
    )
    page = group.search("VPN 점검")
    assert {hit.post.id for hit in page.hits} == {"sns:1", "sns:2"}
    assert not any(hit.level is Level.EXACT for hit in page.hits)
    assert page.posts == 0
    facets = {field: {value.value: value.posts for value in values} for field, values in page.facets.items()}
    assert facets["channel"] == {"sns:plaza": 1, "sns:cloud": 1}
    assert facets["kind"] == {"post": 1, "document": 1}
    assert facets["network"] == {}
    assert facets["language"] == {"ko": 2}
    narrowed = group.search("VPN 점검", filters=Filters(channels=frozenset({"sns:cloud"})))
    assert [hit.post.id for hit in narrowed.hits] == ["sns:2"]


def test_what_is_alike_counts_only_what_its_reader_may_be_told(group: Group) -> None:
    """Of hidden posts nothing, of a channel that only the post's audience opens no name, of who wrote
    without a name no company.
    """
    group.publish(
        Channel(id="sns:takeover", network="sns", name="하랑물산 인수", private=True),
        Person(id="p:guest", name="손님", guest=True),
        post("1", "인수 가격 검토", by="junho", channel="sns:secret", kind=PostKind.DOCUMENT),
        post("2", "인수 안내", channel="sns:takeover", audience=("everyone",)),
        post("3", "인수 소문", anonymous=True),
    )
    assert group.search("인수 소풍", "junho").posts == 0
    for name, kinds, channels, companies in (
        ("junho", {"post": 2, "document": 1}, {"sns:secret", "sns:plaza"}, {"cloud": 2}),
        ("sora", {"post": 2}, {"sns:plaza"}, {"cloud": 1}),
    ):
        facets = group.search("인수 소풍", name, facets=("kind", "channel", "company")).facets
        assert {value.value: value.posts for value in facets["kind"]} == kinds
        assert {value.value for value in facets["channel"]} == channels
        assert {value.value: value.posts for value in facets["company"]} == companies
        assert "하랑" not in str(facets)
    outside = find_answers(group.services, "인수 소풍", Scope(), facets=("kind", "channel", "company"))
    assert not any(outside.facets.values())
    guest = find_answers(
        group.services,
        "인수 소풍",
        Scope(frozenset({"channel:sns:plaza", "person:p:guest"})),
        facets=("company",),
    )
    assert guest.facets == {"company": ()}


def test_the_page_says_whether_anything_is_exact(group: Group, demo: TestClient) -> None:
    group.publish(post("1", "VPN 접속이 끊깁니다", days=3), post("2", "VPN 점검", days=300))
    exact = demo.get("/", params={"as": "p:minji", "q": "VPN 접속", "lang": "ko"}).text
    assert "찾는 말이 모두 든 글 1건" in exact
    assert "모든 낱말이 들어 있는 글은 1건입니다" in exact
    assert exact.count("빠진 낱말: 접속") == 1
    alike = demo.get("/", params={"as": "p:minji", "q": "VPN 소풍", "lang": "ko"}).text
    assert "모든 낱말이 들어 있는 글은 없어" in alike
    assert "어디에도 없는 낱말: 소풍" in alike
    assert "찾는 말이 모두 든 글" not in alike
