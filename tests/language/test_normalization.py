import unicodedata

import pytest

from models.language.compatibility import SPELT_OUT
from models.language.normalization import fold, normalize


def original(text: str, start: int, end: int) -> str:
    """What characters start to end of the normalised text were in the text as given."""
    normalized = normalize(text)
    if normalized.starts is None or normalized.ends is None:
        return text[start:end]
    return text[normalized.starts[start] : normalized.ends[end - 1]]


def test_plain_text_stays_as_it_is() -> None:
    assert normalize("오늘 점심 뭐 먹지? ㅋㅋㅋ").text == "오늘 점심 뭐 먹지? ㅋㅋㅋ"
    assert normalize("오늘 점심").starts is None


def test_decomposed_hangul_is_composed_and_points_to_its_jamo() -> None:
    text = unicodedata.normalize("NFD", "연차 신청")

    assert normalize(text).text == "연차 신청"
    assert unicodedata.normalize("NFC", original(text, 3, 5)) == "신청"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＥＲＰ　２．０", "ERP 2.0"),
        ("ｻｰﾊﾞｰ", "サーバー"),
        ("ﾤﾤ", "ㄴㄴ"),
        ("ㅋㅋ", "ㅋㅋ"),
        ("①번 ㉠항", "1번 ㄱ항"),
        ("Ⅳ장 ﬁle 5㎏ 3㎡ 25℃", "IV장 file 5kg 3m2 25°C"),
        ("㈜두레 №7 𝐁𝐨𝐥𝐝", "(주)두레 No7 Bold"),
        ("10² ①② ①2024 2½", "10 2 1 2 1 2024 2 1⁄2"),
        ("第二工場 第十二期 第二十三回", "제2工場 제12期 제23回"),
        ("第2工場 第一〇一號 第 百二十 條", "제2工場 제101號 제 120 條"),
        ("第二2 二重 一般 次第", "제2 2 二重 一般 次第"),
        ("Excel™", "Excel "),
        ("앞\x00뒤\xa0끝\u3164", "앞 뒤 끝 "),
        ("고객\u200b관리\ufeff", "고객관리"),
        ("깨진 \ud800글자", "깨진 \ufffd글자"),
        ("İstanbul", "Istanbul"),
        ("", ""),
    ],
)
def test_odd_spellings_are_read_as_what_they_look_like(written: str, read: str) -> None:
    assert normalize(written).text == read


def test_a_half_width_letter_with_its_mark_is_one_letter_of_two_characters() -> None:
    assert original("ﾃﾞｰﾀ", 0, 1) == "ﾃﾞ"


def test_a_syllable_does_not_lose_its_final_to_the_mark_behind_it() -> None:
    text = "자\u11ab\u20e3"

    assert (original(text, 0, 1), original(text, 1, 2)) == ("자\u11ab", "\u20e3")


def test_a_zero_width_character_within_a_word_belongs_to_what_is_around_it() -> None:
    assert original("고객\u200b관리", 0, 4) == "고객\u200b관리"


def test_an_ordinal_number_in_hanja_stands_where_its_numerals_stand() -> None:
    assert original("第二十三回", 1, 3) == "二十三"
    assert original("第二十三回", 3, 4) == "回"


def test_lower_case_is_as_long_as_the_text() -> None:
    for text in ("İSTANBUL", "I\u0307", "STRASSE ẞ", "ΑΣ", "ﬁ"):
        assert len(fold(text)) == len(normalize(text).text)


def test_endless_combining_marks_are_read_in_pieces() -> None:
    normalized = normalize("가" + "\u0300\u0315" * 50_000)

    assert normalized.starts is not None
    assert len(normalized.text) == len(normalized.starts)


def test_every_sign_that_spells_letters_or_digits_is_folded_like_what_it_spells() -> None:
    for sign, spelt in SPELT_OUT.items():
        normalized = normalize(sign)

        assert normalized.text == spelt
        assert unicodedata.normalize("NFC", spelt) == spelt
        assert len(spelt.lower()) == len(spelt)
        assert fold(f"앞{sign}뒤") == fold(f"앞{spelt}뒤")
        assert {original(sign, place, place + 1) for place in range(len(spelt))} == {sign}


def test_jamo_are_not_folded() -> None:
    jamo = "".join(map(chr, range(0x3131, 0x3164)))

    assert normalize(jamo).text == jamo


@pytest.mark.parametrize("sign", "ㆍᆞ·‧・･•∙⋅\u1427\ua78f\u0387ᆢㅡᅳーㅣ|―—–‐‑−~〜∼～/／,、")
def test_what_people_type_between_words_is_no_letter_of_them(sign: str) -> None:
    read = normalize(f"승인{sign}반려{sign}보류").text

    assert len(read) == 8
    assert [read[place : place + 2] for place in (0, 3, 6)] == ["승인", "반려", "보류"]
    assert not any(read[place].isalnum() for place in (2, 5))


@pytest.mark.parametrize(
    "text",
    [
        "ㅡㅡ",
        "ㅡ.ㅡㅋ",
        "ㅠㅡㅠ",
        "ㅋㅋㅋ",
        "ㅇㅇ",
        "ㅇㅋ",
        "응ㅇ",
        "ᄒᆞᆫ글",
        "ㅁㄴㅇ",
        "サーバー",
        "ㅁ자",
        "ㅡ자",
    ],
)
def test_letters_that_are_meant_as_letters_stay(text: str) -> None:
    assert normalize(text).text == text


@pytest.mark.parametrize("dash", "‒–―")
def test_a_longer_dash_within_a_code_is_a_hyphen_and_between_words_is_none(dash: str) -> None:
    assert normalize(f"Wi{dash}Fi 010{dash}1234 설계{dash}감리 a {dash} b").text == (
        f"Wi-Fi 010-1234 설계{dash}감리 a {dash} b"
    )


@pytest.mark.parametrize("bullet", "ㅇㅁ\u110b\u1106")
def test_a_consonant_before_a_word_is_a_bullet(bullet: str) -> None:
    assert normalize(f"{bullet}신청 기간\n{bullet} 대상").text == "·신청 기간\n· 대상"
