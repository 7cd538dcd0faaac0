"""What `dure encoder` tells: what came of adapting the encoder, and which one is in use."""

from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from models.counted import counted
from models.language.training.finding import FEW, Gain
from models.moments import day_of
from search_api.cli.terminal import out, print_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What came of adapting. `encoder` is the directory of the new encoder; None where it is not better.

    Learned from `threads` threads as they stood at `until`; measured on `questions` later ones, with
    `candidates` answers to choose from. `share` is how far it went from the old vectors to the learned ones.
    `paraphrases` are the mean reciprocal ranks on general ones, before and after; `keeps` says that they have
    not suffered.
    """

    encoder: Path | None
    threads: int
    until: datetime
    new_words: int
    share: float
    questions: int
    candidates: int
    gain: Gain
    paraphrases: tuple[float, float]
    keeps: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderState:
    """Which encoder is in use: its directory and revision, where it is from, and what it was adapted to.

    `origin` is shipped, adapted, setting or none. `vectors` is the revision of the encoder whose vectors the
    index holds; None where it holds none, or where there is no index.
    """

    origin: str
    encoder: Path | None
    revision: str | None
    adapted: dict[str, Any] | None
    vectors: str | None

    @property
    def current(self) -> bool:
        """Whether the index has the vectors of the encoder in use."""
        return self.vectors == self.revision


def adaptation(found: Adaptation, timezone: tzinfo, *, as_json: bool) -> None:
    """The figures, and whether the new encoder is used; days are of `timezone`."""
    gain, until = found.gain, day_of(found.until, timezone)
    if as_json:
        body = asdict(found) | {"encoder": str(found.encoder) if found.encoder else None}
        body["until"] = until.isoformat()
        body["gain"] = {name: round(value, 4) for name, value in asdict(gain).items()}
        body |= {"better": found.encoder is not None, "seconds": round(found.seconds, 1)}
        print_json(body)
        return
    out.print(
        f"Learned from {counted(found.threads, 'thread')} up to {until},"
        f" with {counted(found.new_words, 'new word')}, in {found.seconds:.0f} s;"
        f" measured on {counted(found.questions, 'later one')}, among {counted(found.candidates, 'answer')}."
    )
    out.print(
        f"Mean reciprocal rank {gain.before:.3f} → {gain.after:.3f}"
        f" ({gain.after - gain.before:+.3f}, 95 % interval {gain.low:+.3f} to {gain.high:+.3f});"
        f" recall@{FEW} {gain.few_before:.3f} → {gain.few_after:.3f}."
    )
    out.print(f"General paraphrases {found.paraphrases[0]:.3f} → {found.paraphrases[1]:.3f}.")
    if found.encoder:
        out.print("The adapted encoder is better.")
    elif not found.keeps:
        out.print("It forgets too much of general language: the encoder stays as it was.")
    else:
        out.print("That is not better beyond noise: the encoder stays as it was.")


def state(found: EncoderState, timezone: tzinfo, *, as_json: bool) -> None:
    """The encoder in use, and whether the index is of it; days are of `timezone`."""
    if as_json:
        body = asdict(found) | {"encoder": str(found.encoder) if found.encoder else None}
        print_json(body | {"current": found.current})
        return
    told = {
        "shipped": "The encoder that ships is in use.",
        "adapted": "An encoder that was adapted to this home is in use.",
        "setting": "DURE_ENCODER names the encoder.",
        "none": "There is no encoder: words are searched alone.",
    }
    out.print(told[found.origin])
    if found.encoder:
        out.print(f"{found.revision} in {found.encoder}")
    if found.adapted:
        until = day_of(datetime.fromisoformat(found.adapted["until"]), timezone)
        out.print(f"Learned from {counted(found.adapted['threads'], 'thread')} up to {until}.")
    if not found.current:
        out.print(f"The index has vectors of {found.vectors or 'no encoder'}: `dure rebuild` renews them.")
