import unicodedata

import pytest

from models.language.grams import grams


def test_every_word_gives_its_character_bigrams() -> None:
    assert grams("연차신청 방법") == "연차 차신 신청 방법"


def test_a_word_of_one_character_is_a_term() -> None:
    assert grams("앱 왜 꺼져") == "앱 왜 꺼져"


def test_bigrams_do_not_cross_blanks_or_signs() -> None:
    assert grams("결재(긴급) ERR-10") == "결재 긴급 er rr 10"


def test_spelling_makes_no_difference() -> None:
    assert grams("ＥＲＰ\u200b서버") == grams(unicodedata.normalize("NFD", "erp서버"))


def test_a_question_read_word_by_word_gives_the_grams_of_the_whole() -> None:
    text = "회의실 예약이 안돼요"

    assert " ".join(map(grams, text.split())) == grams(text)


def test_text_without_letters_has_no_grams() -> None:
    assert grams("") == grams(" ?! \x00 →") == ""


@pytest.mark.parametrize("emoji", "🎉👍😀❤🚀✅☕⭐🇰")
def test_every_emoji_is_a_term(emoji: str) -> None:
    assert grams(emoji) == emoji
    assert grams(f"오픈{emoji}{emoji}축하") == f"오픈 {emoji} {emoji} 축하"
    assert grams(f"{emoji}\ufe0f") == emoji


def test_a_tone_of_skin_is_no_sign_of_its_own() -> None:
    assert grams("👍🏽") == "👍"
