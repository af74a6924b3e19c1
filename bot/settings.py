"""Settings of the bot: those of the ingest job, and those for Discord and a language model. Plain data, read once."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import NoDecode

from ingest.errors import SettingsError
from ingest.models import SHARED_SCOPE
from ingest.settings import CommaList, IngestSettings, OptionalUrl

MOST_SHARDS = 100_000
MOST_ANSWER_PROCESSES = 32
_RANGE = re.compile(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?", re.ASCII)


_TOKEN = re.compile(r"[A-Za-z0-9._~-]{20,200}:(?:shared|[0-9]{1,20})", re.ASCII)


def _words(commas: str) -> list[str]:
    return [word for part in commas.split(",") if (word := part.strip())]


def _split_ranges(value: object) -> object:
    """ "0,3-5" as the numbers 0, 3, 4, 5."""
    if not isinstance(value, str):
        return value
    found: list[int] = []
    for part in filter(None, (part.strip() for part in value.split(","))):
        match = _RANGE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last < MOST_SHARDS:
            raise ValueError(f"{part!r} is neither a shard's number nor a range of them, such as 0-3")
        found += range(first, last + 1)
    if len(set(found)) < len(found):
        raise ValueError("a shard is named twice")
    return tuple(found)


def _number_or_auto(value: object) -> object:
    text = str(value).strip()
    if text == "auto":
        return text
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > MOST_ANSWER_PROCESSES:
        raise ValueError(f"is neither auto nor a number from 0 to {MOST_ANSWER_PROCESSES}")
    return int(text)


NumberOrAuto = Annotated[int | Literal["auto"], BeforeValidator(_number_or_auto)]
ShardList = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split_ranges)]


class BotSettings(IngestSettings):
    """The bot's settings. A language model is used only when OPENAI_MODEL names one: a key that happens to be in the
    environment never sends a question anywhere."""

    discord_token: SecretStr = Field(
        SecretStr(""), description="Token of the Discord bot; empty: no Discord, only the command line."
    )
    discord_api_url: OptionalUrl = Field(
        "https://discord.com/api/v10", description="Address of Discord's REST interface, version included."
    )
    discord_message_content: bool = Field(
        False,
        description="Ask Discord for the Message Content intent, which channels need where every message is answered.",
    )
    discord_direct_messages: bool = Field(True, description="Answer direct messages, out of the shared sources.")
    shard_ids: ShardList = Field(
        (), description="Shards of this process, like 0,1 or 0-3, where several processes share the bot; empty: all."
    )
    shard_count: int = Field(
        0, ge=0, le=MOST_SHARDS, description="How many shards all processes have together; 0: as Discord recommends."
    )
    openai_api_key: SecretStr = Field(
        SecretStr(""), description="Key of the language model's server; empty: none is sent."
    )
    openai_base_url: OptionalUrl = Field(
        "", description="Address of an OpenAI-compatible server, up to and with /v1; empty: OpenAI's own."
    )
    openai_model: str = Field("", description="Name of the language model; empty: no model, answers are quotes alone.")
    openai_api: Literal["chat", "responses"] = Field(
        "chat", description="Interface of that server: chat (chat completions, which all have) or responses."
    )
    openai_timeout_s: float = Field(
        60.0, gt=0, description="Longest wait for one answer of the language model, in seconds."
    )
    model_max_tokens: int = Field(
        2000, ge=100, description="Longest answer of the language model, its thinking included, in tokens."
    )
    model_tokens_per_day: int = Field(
        0, ge=0, description="Tokens of the language model that a guild may use in a day (UTC); 0: no limit."
    )
    evidence_old_days: int = Field(
        90, ge=1, description="Age from which the evidence of an answer is marked as old, in days."
    )

    monitor_address: str = Field(
        "127.0.0.1:9464",
        description="Where /healthz, /readyz and /metrics are served, as host:port; off: nowhere.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Log lines as text, or as JSON with the id of the question they belong to."
    )

    answer_processes: NumberOrAuto = Field(
        "auto",
        description="Further processes that answer while many questions wait, of 200 MB each: at most so many, 0 for "
        "none, or auto: two, where there is more than one processor.",
    )
    user_questions_per_minute: int = Field(10, ge=1, description="Questions a person may ask in Discord in a minute.")
    packs_file: str = Field(
        "", description="TOML file of the starter packs in the greeting; empty: those of ingest/data/packs.toml."
    )
    person_max_sources: int = Field(
        10, ge=0, description="Sources that a person may add for themselves, in direct messages; 0: none."
    )
    guild_questions_per_minute: int = Field(
        60, ge=1, description="Questions all people of a Discord server may ask together in a minute."
    )

    mcp_tokens: SecretStr = Field(
        SecretStr(""),
        description="Who may use `bot mcp --http`: comma list of TOKEN:SCOPE, scope shared or a Discord server's id; "
        "tokens have 20 characters or more.",
    )
    mcp_allowed_hosts: CommaList = Field(
        (), description="Names, with ports, under which clients reach `bot mcp --http` beside its own; empty: none."
    )

    @field_validator("openai_model")
    @classmethod
    def _has_a_server(cls, model: str, info: ValidationInfo) -> str:
        key = info.data.get("openai_api_key")
        if model and not (key and key.get_secret_value()) and not info.data.get("openai_base_url"):
            raise ValueError("needs OPENAI_API_KEY or OPENAI_BASE_URL beside it")
        return model

    @field_validator("mcp_tokens")
    @classmethod
    def _are_tokens(cls, tokens: SecretStr) -> SecretStr:
        words = _words(tokens.get_secret_value())
        if not all(_TOKEN.fullmatch(word) for word in words):
            raise ValueError("is no comma list of TOKEN:SCOPE with letters, digits and .-_~ in tokens of 20 or more")
        if len({word.rpartition(":")[0] for word in words}) < len(words):
            raise ValueError("has a token twice")
        return tokens

    @field_validator("monitor_address")
    @classmethod
    def _is_host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if address == "off":
            return ""
        if not (host and port.isascii() and port.isdigit() and int(port) < 65536):
            raise ValueError("is neither host:port, such as 127.0.0.1:9464, nor off")
        return address

    @model_validator(mode="after")
    def _shards_fit(self) -> Self:
        if self.shard_ids and not self.shard_count:
            why = "SHARD_IDS is set, so all processes have to be told the same number of shards"
            raise _wrong_shards("SHARD_COUNT", why)
        if self.shard_ids and max(self.shard_ids) >= self.shard_count:
            last = self.shard_count - 1
            raise _wrong_shards("SHARD_IDS", f"with SHARD_COUNT={self.shard_count} the last shard is {last}")
        return self

    def require_shared_index(self) -> None:
        """Refuse to be one of several bots with an index of its own.

        Raises:
            SettingsError: other processes have shards too, and the index is embedded.
        """
        if self.is_one_of_several and not self.chroma_url:
            raise SettingsError(
                "wrong setting",
                "CHROMA_URL",
                "it is empty, but SHARD_IDS leaves shards to other processes, and an embedded index has one owner",
                hint="Run a Chroma server (`chroma run`) and set CHROMA_URL to its address in every process.",
            )

    @property
    def is_one_of_several(self) -> bool:
        """Whether other processes have shards of the same bot."""
        return 0 < len(self.shard_ids) < self.shard_count

    @property
    def mcp_callers(self) -> dict[str, tuple[str, ...]]:
        """The scopes that each token of MCP_TOKENS sees."""
        pairs = (word.rpartition(":") for word in _words(self.mcp_tokens.get_secret_value()))
        return {token: (scope,) if scope == SHARED_SCOPE else (scope, SHARED_SCOPE) for token, _, scope in pairs}

    @property
    def has_language_model(self) -> bool:
        return bool(self.openai_model)


def _wrong_shards(name: str, why: str) -> SettingsError:
    hint = "Give every process the same SHARD_COUNT and shards of its own, such as SHARD_IDS=0-3 and SHARD_COUNT=8."
    return SettingsError("wrong setting", name, why, hint=hint)


def secrets_of(settings: BotSettings) -> frozenset[str]:
    """The names of the settings that child processes must not get."""
    return frozenset(name.upper() for name, value in settings if isinstance(value, SecretStr))
