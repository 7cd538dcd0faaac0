"""What mecab alone does; what it does like every analyser is in the contract."""

from pathlib import Path

import pytest

from models.errors import BadSetting
from models.language import mecab_reader
from models.language.analyzer import Analyzer, Role, Term
from models.language.dictionary import CompanyWord, Dictionary
from models.language.mecab import MecabAnalyzer
from models.language.passages import LONGEST
from models.language.terms import terms

CRM = CompanyWord(word="고객관리시스템", parts=("고객", "관리", "시스템"))


@pytest.fixture(scope="module")
def analyzer() -> MecabAnalyzer:
    return MecabAnalyzer()


def forms(analyzer: Analyzer, text: str) -> list[str]:
    return [term.form for term in terms(analyzer.analyze(text))]


def test_every_morpheme_has_a_token_with_its_tag(analyzer: MecabAnalyzer) -> None:
    tokens = analyzer.analyze("어제 결재가 좋았습니다.")

    assert [(token.tag, [term.form for term in token.terms]) for token in tokens] == [
        ("MAG", ["어제"]),
        ("NNG", ["결재"]),
        ("JKS", []),
        ("VA", ["좋"]),
        ("EP", []),
        ("EF", []),
        ("SF", []),
    ]


def test_an_inflected_word_gives_its_stem_over_its_whole_surface(analyzer: MecabAnalyzer) -> None:
    assert terms(analyzer.analyze("안 돼요"))[1] == Term("되", 2, 4, "VV")
    assert terms(analyzer.analyze("누가"))[0] == Term("누구", 0, 2, "NP")


def test_a_compound_gives_itself_and_its_parts_where_they_stand(analyzer: MecabAnalyzer) -> None:
    assert terms(analyzer.analyze("새 연락망을")) == [
        Term("연락망", 2, 5, "NNG", Role.COMPOUND),
        Term("연락", 2, 4, "NNG", Role.PART),
        Term("망", 4, 5, "NNG", Role.PART),
    ]


@pytest.mark.parametrize(
    ("hanja", "hangul"),
    [
        ("工場", "공장"),
        ("人事部", "인사 부"),
        ("年末精算", "연말 정산"),
        ("理事會", "이사회"),
        ("對美", "대미"),
    ],
)
def test_hanja_is_found_as_it_is_read(analyzer: MecabAnalyzer, hanja: str, hangul: str) -> None:
    found = terms(analyzer.analyze(hanja))

    assert "".join(term.form for term in found if term.role is not Role.VARIANT) == hanja
    assert " ".join(term.form for term in found if term.role is Role.VARIANT) == hangul
    assert all(len(hanja[term.start : term.end]) == len(term.form) for term in found)


def test_hanja_without_a_reading_is_itself_alone(analyzer: MecabAnalyzer) -> None:
    assert forms(analyzer, "们") == ["们"]


@pytest.mark.parametrize("text", ["API키 발급", "카드키를 반납", "USB키 분실", "보안키는 금고에"])
def test_a_key_behind_a_noun_is_no_ending(analyzer: MecabAnalyzer, text: str) -> None:
    assert "키" in forms(analyzer, text)


def test_what_ends_a_verb_is_no_noun(analyzer: MecabAnalyzer) -> None:
    assert forms(analyzer, "첫 출항함으로써 감사해요") == ["출항", "감사"]


def test_a_company_word_without_given_parts_is_split_as_mecab_can() -> None:
    company = MecabAnalyzer(Dictionary([CompanyWord(word="두레봇")]))

    assert terms(company.analyze("두레봇이")) == [
        Term("두레봇", 0, 3, "NNP", Role.COMPOUND),
        Term("두레", 0, 2, "NNG", Role.PART),
        Term("봇", 2, 3, "NNG", Role.PART),
    ]


def test_long_texts_are_read_in_pieces_and_wholly(
    analyzer: MecabAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    create = mecab_reader.create_lattice
    monkeypatch.setattr(
        mecab_reader, "create_lattice", lambda text: (lengths.append(len(text)), create(text))[1]
    )
    sentence = "결재가 안돼요. "

    found = forms(analyzer, sentence * 10_000)

    assert max(lengths) <= LONGEST
    assert found.count("결재") == 10_000


def test_forgetting_morphemes_changes_nothing(
    analyzer: MecabAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mecab_reader, "KNOWN_MORPHEMES", 3)
    text = "두레 서버를 ERR-1042 때문에 재시작했더니 데이터베이스가 깨졌어요"

    assert MecabAnalyzer().analyze(text) == analyzer.analyze(text)


def test_a_compiled_dictionary_is_used_again_and_nothing_else_is_left(tmp_path: Path) -> None:
    MecabAnalyzer(Dictionary([CRM]), tmp_path)
    (compiled,) = tmp_path.iterdir()
    made = compiled.stat().st_mtime_ns

    again = MecabAnalyzer(Dictionary([CRM]), tmp_path)

    assert "고객관리시스템" in forms(again, "고객관리시스템")
    assert [path.stat().st_mtime_ns for path in tmp_path.iterdir()] == [made]


def test_a_dictionary_that_cannot_be_compiled_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    analyzer = MecabAnalyzer(cache=tmp_path / "file" / "cache")
    (tmp_path / "file").write_text("")

    with pytest.raises(BadSetting, match="cannot be compiled"):
        analyzer.use(Dictionary([CRM]))

    assert analyzer.dictionary_revision == "none"
    assert "고객" in forms(analyzer, "고객관리시스템")


def test_the_revision_names_the_dictionary_package(analyzer: MecabAnalyzer) -> None:
    assert "python-mecab-ko-dic/" in analyzer.revision
