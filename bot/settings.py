"""Settings of the bot: those of the ingest job, and those for Discord and a language model. Plain data, read once."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from ingest.settings import IngestSettings, OptionalUrl


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

    user_questions_per_minute: int = Field(10, ge=1, description="Questions a person may ask in Discord in a minute.")
    guild_questions_per_minute: int = Field(
        60, ge=1, description="Questions all people of a Discord server may ask together in a minute."
    )

    @field_validator("openai_model")
    @classmethod
    def _has_a_server(cls, model: str, info: ValidationInfo) -> str:
        key = info.data.get("openai_api_key")
        if model and not (key and key.get_secret_value()) and not info.data.get("openai_base_url"):
            raise ValueError("needs OPENAI_API_KEY or OPENAI_BASE_URL beside it")
        return model

    @field_validator("monitor_address")
    @classmethod
    def _is_host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if address == "off":
            return ""
        if not (host and port.isascii() and port.isdigit() and int(port) < 65536):
            raise ValueError("is neither host:port, such as 127.0.0.1:9464, nor off")
        return address

    @property
    def has_language_model(self) -> bool:
        return bool(self.openai_model)


def secrets_of(settings: BotSettings) -> frozenset[str]:
    """The names of the settings that child processes must not get."""
    return frozenset(name.upper() for name, value in settings if isinstance(value, SecretStr))
