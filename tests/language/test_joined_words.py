"""Words that are one in one spelling and two in another give one term, and everyday words are left alone."""

import pytest

from models.language.analyzer import Analyzer, Role, Term
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.joined_words import pieces_of_words
from models.language.terms import simple_forms, terms

SPELLINGS = {
    "apikey": (
        "apikey",
        "API 키를 바꿨다",
        "API키",
        "api key",
        "API keys",
        "API-Key",
        "apiKey",
        "에이피아이 키",
    ),
    "onpremis": (
        "onpremise",
        "온프레미스로",
        "온 프레미스 서버",
        "사내 온프레미스에서",
        "on premise",
        "on-premises",
    ),
    "databas": ("데이터베이스가", "데이터 베이스를", "data base", "databases"),
    "firewal": ("파이어월이 막는다", "파이어 월", "fire wall", "Firewall"),
    "loadbalanc": ("로드밸런서가", "로드 밸런서를", "load balancers", "로드 밸런싱", "load-balancing"),
    "microservic": ("마이크로서비스는", "마이크로 서비스", "micro services", "microservice"),
    "leadtim": ("리드타임이", "리드 타임은", "lead time"),
    "workflow": ("워크플로를", "워크 플로우", "work flow"),
    "onboard": ("온보딩 자료", "온 보딩", "on boarding"),
    "checklist": ("체크리스트", "체크 리스트에", "check lists"),
}


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return load_analyzer(AnalyzerName.MECAB)


def wholes(analyzer: Analyzer, text: str) -> set[str]:
    return {term.form for term in terms(analyzer.analyze(text)) if term.role is not Role.PART}


@pytest.mark.parametrize(
    ("whole", "text"), [(whole, text) for whole, texts in SPELLINGS.items() for text in texts]
)
def test_every_spelling_gives_the_same_term(analyzer: Analyzer, whole: str, text: str) -> None:
    assert whole in wholes(analyzer, text)


def test_each_word_of_two_keeps_its_own_place_and_term(analyzer: Analyzer) -> None:
    first, second = analyzer.analyze("리드 타임")

    assert first.terms == (Term("리드", 0, 2, first.tag), Term("leadtim", 0, 2, "SL", Role.VARIANT))
    assert second.terms == (Term("타임", 3, 5, second.tag), Term("leadtim", 3, 5, "SL", Role.VARIANT))


def test_a_word_that_is_cut_elsewhere_becomes_one_beside_its_particle(analyzer: Analyzer) -> None:
    tokens = analyzer.analyze("파이어월이 온 프레미스에 있다")

    assert [(token.start, token.end) for token in tokens[:4]] == [(0, 4), (4, 5), (6, 12), (12, 13)]
    assert [term.form for term in terms(tokens)][:4] == ["파이어월", "firewal", "온프레미스", "onpremis"]


@pytest.mark.parametrize(
    "text",
    [
        "API 키워드 검색",
        "api 키오스크 화면",
        "키 큰 사람이 api 담당",
        "온 방향으로 돌려서",
        "온 직원이 프레미엄석에",
        "웹 사이다 광고",
        "백 원 남았다",
        "아는 바 코드가 없다",
        "리스트를 체크",
        "keyboard data basement",
        "metadata bases",
        "the wall of fire",
        "타임 라이너",
    ],
)
def test_what_only_begins_alike_is_left_as_it_is(analyzer: Analyzer, text: str) -> None:
    assert not wholes(analyzer, text) & pieces_of_words().keys()


def test_the_encoder_reads_only_what_is_written(analyzer: Analyzer) -> None:
    def read(text: str) -> list[str]:
        return simple_forms([term.form for term in terms(analyzer.analyze(text))])

    assert read("API 키와 api key") == ["api", "키", "api", "key"]
    assert read("데이터베이스 백업") == ["데이터", "베이스", "백업"]
    assert read("온 프레미스") == ["온프레미스"]
    assert read("apikey와 database") == ["apikey", "databas"]
