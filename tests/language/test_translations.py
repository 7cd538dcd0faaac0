"""The translations that ship are those of the encoder that ships."""

from pathlib import Path

import pytest

from models.language.training.translations import main
from models.language.translations import TRANSLATIONS

pytestmark = pytest.mark.slow


def test_the_file_is_what_the_shipped_encoder_says(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "translations.tsv")])
    assert (tmp_path / "translations.tsv").read_text("utf-8") == TRANSLATIONS.read_text("utf-8")
