"""Office papers in compounds are read as their nouns; what only looks like one is left as it is read."""

import pytest

from models.language.analyzer import Analyzer, Role
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.dictionary import CompanyWord, Dictionary
from models.language.terms import terms


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return load_analyzer(AnalyzerName.MECAB)


def nouns(analyzer: Analyzer, text: str) -> str:
    return " ".join(term.form for term in terms(analyzer.analyze(text)) if term.role is not Role.COMPOUND)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("안전점검표", "안전 점검 표"),
        ("안전점검표가", "안전 점검 표"),
        ("소방점검표는", "소방 점검 표"),
        ("자재점검표", "자재 점검 표"),
        ("일일점검표", "일 일 점검 표"),
        ("위생점검표를", "위생 점검 표"),
        ("품질점검표", "품질 점검 표"),
        ("재고실사표에", "재고 실사 표"),
        ("업무분장표", "업무 분장 표"),
        ("휴가신청서", "휴가 신청 서"),
        ("연차신청서", "연차 신청 서"),
        ("출장보고서", "출장 보고 서"),
        ("불량보고서", "불량 보고 서"),
        ("장애결과보고서를", "장애 결과 보고 서"),
        ("지출결의서", "지출 결의 서"),
        ("작업지시서", "작업 지시 서"),
        ("납품확인서", "납품 확인 서"),
        ("재직증명서", "재직 증명 서"),
        ("인수인계서", "인수 인계 서"),
        ("작업일지", "작업 일지"),
        ("안전교육일지", "안전 교육 일지"),
        ("보안회의록", "보안 회의 록"),
        ("회의록양식", "회의 록 양식"),
        ("설비가동률이", "설비 가동 률"),
        ("금형관리대장", "금형 관리 대장"),
        ("(지시서)", "지시 서"),
        ("qr작업지시서", "qr 작업 지시 서"),
    ],
)
def test_a_paper_is_read_as_the_nouns_of_its_name(analyzer: Analyzer, text: str, read: str) -> None:
    assert nouns(analyzer, text) == read
    assert nouns(analyzer, f"어제 {text} 받았다").startswith(f"어제 {read} ")


@pytest.mark.parametrize("apart", ["안전 점검표", "작업 지시서", "불량 보고서", "지출 결의서", "설비 가동률"])
def test_a_paper_is_read_alike_with_a_blank(analyzer: Analyzer, apart: str) -> None:
    assert nouns(analyzer, apart) == nouns(analyzer, apart.replace(" ", ""))


def test_papers_in_one_word_are_read_once_each(analyzer: Analyzer) -> None:
    text = "안전점검표소방점검표재고실사표작업지시서" * 3
    tokens = analyzer.analyze(text)

    assert "".join(text[token.start : token.end] for token in tokens) == text
    assert [token.start for token in tokens] == sorted({token.start for token in tokens})


def test_its_tokens_stand_where_they_are_written(analyzer: Analyzer) -> None:
    tokens = analyzer.analyze("새 지출결의서가")

    assert [(token.start, token.end) for token in tokens] == [(0, 1), (2, 4), (4, 7), (7, 8)]
    assert [(term.form, term.start, term.end, term.role) for term in tokens[2].terms] == [
        ("결의서", 4, 7, Role.COMPOUND),
        ("결의", 4, 6, Role.PART),
        ("서", 6, 7, Role.PART),
    ]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("영화보고서 울었다", "영화 보 울"),
        ("이번이 마지막 작업일지 모른다", "이 번 마지막 작업 모르"),
        ("내일이 첫 교육일지라도", "내일 교육"),
        ("재점검표", "재 점검 표"),
        ("수출입대장", "수 출입 대장"),
    ],
)
def test_what_only_looks_like_a_paper_is_none(analyzer: Analyzer, text: str, read: str) -> None:
    assert nouns(analyzer, text) == read


def test_a_word_of_the_company_is_left_whole() -> None:
    company = load_analyzer(AnalyzerName.MECAB, Dictionary([CompanyWord(word="지하점")]))

    assert "지하점" in [term.form for term in terms(company.analyze("지하점검표"))]
    assert nouns(company, "지상점검표") == "지상 점검 표"
