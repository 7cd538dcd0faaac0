from models.language.english import stem


def test_inflections_share_a_stem() -> None:
    assert stem("deploying") == stem("deployed") == stem("deploys") == "deploy"


def test_what_is_no_english_word_stays() -> None:
    for word in ("erp2s", "결재", "cafés", ""):
        assert stem(word) == word
