"""Adapts the encoder of a home to its threads: learn from earlier ones, measure on later ones."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from models.errors import BadInput, BadSetting
from models.language.adapted import AdaptedEncoders
from models.language.analyzer import Analyzer
from models.language.encoders import load_embedder
from models.language.morpheme_encoder import MorphemeEncoder, read_config
from models.language.paraphrases import paraphrase_gate
from models.language.static_tensors import CONFIG
from models.language.training.adaptation import adapted, learn, shares_by_worth, steps_for
from models.language.training.finding import Sought, gain
from models.language.training.model_files import write_model
from models.language.training.threads import Split, Thread, split
from pipelines.progress import Advance
from search_api.cli.encoder_report import Adaptation

FEWEST_QUESTIONS = 30
"""Held-out threads with an answer. On fewer, nothing less than a third would be told from chance."""
FORGETTING = 0.02
"""Mean reciprocal rank on the 60 paraphrases that may be lost: the share of one question."""

Bar = Callable[[str, int], AbstractContextManager[Advance]]
"""Shows a bar over an amount of work and gives what advances it."""


def adapt(
    home: Path, source: Path, analyzer: Analyzer, threads: list[Thread], bar: Bar, *, seed: int = 0
) -> Adaptation:
    """Adapt the encoder in `source` to threads; the new one lies in the home if it is better.

    It is not used yet: `AdaptedEncoders.use` decides that. Raises `BadSetting` for an encoder of another
    kind, and `BadInput` where there are too few threads to learn from and to measure on.
    """
    started = time.monotonic()
    encoder = load_embedder(source, analyzer)
    if not isinstance(encoder, MorphemeEncoder):
        raise BadSetting(
            f"{source} is no encoder of Dure's own kind.",
            remedy="Unset DURE_ENCODER to adapt the one that ships.",
        )
    outer, inner = _splits(threads)
    # How far to go is decided on threads before the held-out ones, on which nothing is chosen.
    with bar("choosing", steps_for(inner.earlier)) as advance:
        tried = learn(encoder, inner.earlier, advance, seed=seed)
        shares = shares_by_worth(encoder, tried, Sought.of(inner))
    with bar("learning", steps_for(outer.earlier)) as advance:
        learned = learn(encoder, outer.earlier, advance, seed=seed)
    sought = Sought.of(outer)
    before, general = sought.found_by(encoder), paraphrase_gate(encoder, analyzer)
    encoders = AdaptedEncoders(home)
    with encoders.draft() as draft:
        about = {"from": encoder.revision, "until": outer.moment.isoformat(), "threads": len(outer.earlier)}
        for share in shares:
            noted = {
                **read_config(source / CONFIG)["dure"],
                "adapted": {**about, "share": share, "seed": seed},
            }
            write_model(draft, adapted(encoder, learned, share), noted)
            new = load_embedder(draft, analyzer)
            gate = paraphrase_gate(new, analyzer)
            keeps = gate.passed and gate.vectors >= general.vectors - FORGETTING
            if keeps:
                break
        gained = gain(before, sought.found_by(new))
        place = encoders.add(draft) if keeps and gained.beyond_noise else None
    return Adaptation(
        encoder=place,
        threads=len(outer.earlier),
        until=outer.moment,
        new_words=len(learned.kept - set(encoder.vocabulary)),
        share=share,
        questions=len(sought.questions),
        candidates=len(sought.candidates),
        gain=gained,
        paraphrases=(general.vectors, gate.vectors),
        keeps=keeps,
        seconds=time.monotonic() - started,
    )


def _splits(threads: list[Thread]) -> tuple[Split, Split]:
    outer = split(threads)
    inner = split(outer.earlier) if outer else None
    if outer is None or inner is None or len(outer.later) < FEWEST_QUESTIONS:
        held = len(outer.later) if outer else 0
        raise BadInput(
            f"There are too few threads to adapt to: only {held} of the latest have an answer, and it takes"
            f" {FEWEST_QUESTIONS}. Nothing was changed.",
            remedy="Ingest and publish more first; with --private, what only some may read counts too.",
        )
    return outer, inner
