"""Settings of the producer: plain data, each with its unit. Read once, where a program starts, never at import.

Order of precedence: command line (`--data-dir`), environment, `.env` of the working folder, the defaults here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ingest.errors import SettingsError
from ingest.text.bounds import LONGEST_TEXT


def _default_model_cache() -> Path:
    """The user's cache folder (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "verbatim" / "models"


def _without_slash(url: str) -> str:
    return url.rstrip("/")


def _split_commas(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


OptionalUrl = Annotated[str, AfterValidator(_without_slash)]
CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_commas)]


class IngestSettings(BaseSettings):
    """The settings of the ingest; the bot's settings extend them."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    data_dir: Path = Field(Path("data"), description="Folder of the catalogue and the embedded index.")
    database_url: str = Field(
        "",
        description="Catalogue: postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE; empty: SQLite in DATA_DIR.",
    )
    chroma_url: OptionalUrl = Field(
        "",
        description="Address of a Chroma server, https://api.trychroma.com for Chroma Cloud; empty: Chroma embedded, "
        "in DATA_DIR.",
    )
    chroma_tenant: str = Field("", description="Tenant on that server; empty: its default one.")
    chroma_database: str = Field("", description="Database of that tenant; empty: its default one.")
    chroma_api_key: SecretStr = Field(
        SecretStr(""), description="Key of that server, sent as x-chroma-token; empty: none is sent."
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="all-MiniLM-L6-v2 comes with the project; else any name or folder of sentence-transformers.",
    )
    embedding_revision: str = Field("", description="Commit of a hub model; empty: its newest.")
    embedding_query_prompt: str = Field(
        "", description='Written before each question, such as "query: " for e5; empty: what the model itself says.'
    )
    embedding_text_prompt: str = Field(
        "", description='Written before each text, such as "passage: " for e5; empty: what the model itself says.'
    )
    embedding_runtime: Literal["auto", "onnx", "torch"] = Field(
        "auto", description="auto: onnx for the default model, torch for any other."
    )
    rerank_model: str = Field(
        "", description="Cross-encoder of sentence-transformers that reads the best sentences; empty: none."
    )
    model_cache: Path = Field(
        default_factory=_default_model_cache,
        description="Folder for exported models, made when missing; empty: verbatim/models in the user's cache folder.",
    )
    ingest_allow_hosts: CommaList = Field(
        (), description="Private hosts the fetcher may reach: comma list of host, host:port or CIDR; empty: none."
    )
    fetch_timeout_s: float = Field(30.0, gt=0, description="Longest time for one download, in seconds.")
    fetch_max_bytes: int = Field(
        20_000_000, gt=0, description="Largest download, in bytes, counted before and after decompression."
    )
    fetch_workers: int = Field(8, ge=1, description="Sources read at the same time.")
    parse_workers: int = Field(
        2, ge=1, description="Articles (web pages, PDFs) parsed at the same time, each in its own process."
    )
    parse_timeout_s: float = Field(20.0, gt=0, description="Longest time to parse one document, in seconds.")
    parse_max_bytes: int = Field(
        1_000_000_000, ge=300_000_000, description="Largest memory of a process that parses documents, in bytes."
    )
    fetch_per_host: int = Field(1, ge=1, description="Requests at the same time to one host.")
    poll_interval_s: float = Field(1800.0, gt=0, description="Time between two reads of a healthy source, in seconds.")
    article_max_characters: int = Field(
        LONGEST_TEXT, ge=1000, description="What is kept of an article's text, in characters."
    )
    guild_max_sources: int = Field(
        100, ge=0, description="Sources that a Discord server may add; 0: no limit. Yours are not counted."
    )
    guild_new_articles_per_day: int = Field(
        1000,
        ge=0,
        description="New articles that a Discord server's sources may bring in 24 hours; 0: no limit.",
    )
    guild_max_characters: int = Field(
        100_000_000,
        ge=0,
        description="Stored text of a Discord server's sources, in characters; 0: no limit.",
    )
    retention_days: int = Field(
        0,
        ge=0,
        description="Age from which articles are deleted, in days, unless an answer that people still see quotes them; "
        "0: never.",
    )
    retention_max_articles: int = Field(
        0,
        ge=0,
        description="How many articles are kept: beyond that the oldest are deleted, unless an answer that people "
        "still see quotes them; 0: all.",
    )
    feed_first_items: int = Field(
        20, ge=1, description="Articles taken from a feed when it is read for the first time."
    )

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the settings.

        Raises:
            SettingsError: names the setting that is wrong.
        """
        try:
            return cls(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            raise SettingsError(
                "wrong setting",
                name,
                first["msg"],
                hint=f"Correct {name} in the environment or in .env (see .env.example).",
            ) from None
        except UnicodeDecodeError as error:
            raise SettingsError("wrong setting", ".env", str(error), hint="Save the file as UTF-8.") from None

    def as_json(self) -> dict[str, Any]:
        """The settings of the ingest as JSON values, for a child process, without secrets and the bot's own."""
        return self.model_dump(mode="json", include=set(IngestSettings.model_fields) - {"chroma_api_key"})

    @property
    def catalogue_url(self) -> str:
        """SQLAlchemy URL of the catalogue."""
        return self.database_url or f"sqlite:///{self.data_dir / 'catalogue.db'}"


SettingsT = TypeVar("SettingsT", bound=IngestSettings)
