"""Every setting, read once from the environment (`DURE_…`) and passed on as plain arguments."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from models.errors import BadSetting, fault_of
from models.language.adapted import encoder_of
from models.language.analyzers import AnalyzerName
from search_api.wiring.engine_name import EngineName

NO_ENCODER, STATIC = "none", "static"
SERVING = 4
"""Processes that answer, unless a setting says otherwise: enough for some hundred readers."""


def _folder(path: Path) -> Path:
    """A path with `~` read, as a file of settings has no shell that does; none that an index cannot take."""
    try:
        str(path).encode()
        return path.expanduser()
    except (UnicodeEncodeError, RuntimeError) as error:
        raise ValueError("no folder can have this name") from error


class Settings(BaseSettings):
    """The settings; the field descriptions are their documentation."""

    # A variable that is set to nothing is not set: so do files of settings leave one out.
    model_config = SettingsConfigDict(env_prefix="DURE_", env_ignore_empty=True, frozen=True)

    home: Annotated[Path, AfterValidator(_folder)] = Field(
        Path.home() / ".dure", description="The one folder that holds the embedded database and index."
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address of the store; by default SQLite in the home folder."
    )
    engine: EngineName = Field(EngineName.EMBEDDED, description="`embedded` or `opensearch`.")
    opensearch_url: str = Field(
        "http://127.0.0.1:9200",
        description="Address of the OpenSearch cluster; of several nodes, with commas between.",
    )
    opensearch_index: str = Field("dure", description="Alias of the index in OpenSearch.")
    opensearch_user: str | None = Field(None, description="User name for OpenSearch, if it asks for one.")
    opensearch_password: SecretStr | None = Field(None, description="Password for OpenSearch.")
    analyzer: AnalyzerName = Field(
        AnalyzerName.MECAB, description="What reads Korean: `mecab`, `kiwi`, `okt` or `komoran`."
    )
    dictionary: Path | None = Field(
        None, description="The company dictionary: words, their parts and synonyms."
    )
    vocabulary: Path | None = Field(None, description="The company's own topics and products for tagging.")
    encoder: Annotated[str | None, BeforeValidator(lambda value: value and str(value))] = Field(
        None,
        description="Model directory of a sentence encoder; `none` for none, `static` for the one adapted to"
        " this home, or else the shipped one. By default the Universal Sentence Encoder stands beside that.",
    )
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(
        8600, ge=0, le=65535, description="Port that the server listens on; 0 picks a free one."
    )
    timezone: str = Field(
        "Asia/Seoul", description="Where the company's days begin and end: an IANA time zone."
    )
    demo: bool = Field(
        False, description="No tokens: any viewer may be chosen. Refused on anything but loopback."
    )
    demo_viewers: tuple[str, ...] = Field(
        (), description="In the demo: the persons offered to look as, the first by default (a JSON list)."
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Processes that read posts; and those of a server that answer, by default at most 4.",
    )

    @property
    def encoder_given(self) -> bool:
        """Whether a setting names the encoder, or that there is none, so that none adapted here is used."""
        return self.encoder not in (None, STATIC)

    @property
    def encoder_directory(self) -> Path | None:
        """Where the encoder lies; looked up each time, for another process may have adapted one meanwhile."""
        if self.encoder == NO_ENCODER:
            return None
        return encoder_of(self.home) if self.encoder in (None, STATIC) else Path(self.encoder)

    @property
    def paired(self) -> bool:
        """Whether the pretrained encoder of whole sentences stands beside that."""
        return self.encoder is None

    @property
    def serving(self) -> int:
        """How many processes of a server answer."""
        return self.workers if "workers" in self.model_fields_set else min(self.workers, SERVING)

    @property
    def store_url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """Where the database lies, unless an address names another."""
        return self.home / "dure.db"

    @property
    def index_folder(self) -> Path:
        """Where the embedded index lives."""
        return self.home / "index"

    @property
    def cache_folder(self) -> Path:
        """Where what can be made again is kept, such as the compiled dictionary."""
        return self.home / "cache"


def load_settings(**overrides: object) -> Settings:
    """The settings of the environment; an override that is None does not count. Raises `BadSetting`."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
        settings.encoder_directory  # noqa: B018 (where it cannot be looked up this is the time to say so)
        return settings
    except OSError as error:
        # An encoder that was adapted to the home is looked for in it.
        raise BadSetting(
            f"{error.filename} cannot be read: {error.strerror}.",
            remedy="Run this as the owner of the home, or give another with --home or DURE_HOME.",
        ) from error
    except SettingsError as error:
        raise BadSetting(
            f"A setting cannot be read: {error}.", remedy="README.md lists the settings."
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "DURE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(
            f"{name}: {fault_of(first['msg'])}.", remedy="README.md lists the settings."
        ) from error
