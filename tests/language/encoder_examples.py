import numpy as np

from models.language.training.model_files import Vectors

WORDS = ("연차", "휴가", "서버", "장애", "server", "down")


def vectors(dimensions: int = 8, **changes: object) -> Vectors:
    random = np.random.default_rng(3)
    pieces = ("▁연", "▁차", "▁<SMVT>")
    fields: dict[str, object] = {
        "words": WORDS,
        "pieces": pieces,
        "word_rows": random.standard_normal((len(WORDS), dimensions), dtype=np.float32),
        "piece_rows": random.standard_normal((len(pieces), dimensions), dtype=np.float32),
        "unknown_weight": 1.0,
        "number_weight": 2.0,
    }
    return Vectors(**(fields | changes))
