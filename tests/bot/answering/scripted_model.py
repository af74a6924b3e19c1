"""A language model that says what it is told to, and replies of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from bot.llm.language_model import Completion, JsonSchema, Message, Usage
from tests.bot.answering.passages import ANTHROPIC, GOOGLE

TRUE = {"text": "Anthropic raised 65 billion dollars in Series H.", "evidence": [1]}


GEMMA = {"text": "Google released Gemma 4 12B on 26 May.", "evidence": [4]}


FALSE = {"text": "Anthropic raised $66B in Series H.", "evidence": [1]}


class ScriptedModel:
    """Says one thing after the other, then the last for ever; an exception is raised instead."""

    def __init__(self, *replies: str | Exception, finish_reason: str = "stop") -> None:
        self.replies = list(replies)
        self.finish_reason = finish_reason
        self.heard: list[list[Message]] = []
        self.timeouts: list[float] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Callable[[str], None] | None = None,
    ) -> Completion:
        self.heard.append(list(messages))
        self.timeouts.append(timeout_s)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return Completion(reply, self.finish_reason, Usage(100, 10), "tiny")


def said(*statements: dict[str, Any], found: bool = True) -> str:
    return json.dumps({"found": found, "statements": statements})


KEYS = ("statements", "text", "evidence", "words", "found")


EVIDENCE = st.one_of(st.lists(st.integers(-2, 8), max_size=5), st.text(max_size=20), st.integers(), st.none())


MONEY = st.integers(0, 2000).map("Anthropic said it raised ${}B in Series H.".format)


DATES = st.dates().map("Google released Gemma 4 12B on {}.".format)


NAMES = st.sampled_from(["Mistral", "Sequoia", "Gemma 4 13B", "Altimeter"]).map("The round was led by {}.".format)


TEXTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from([TRUE["text"], GEMMA["text"], FALSE["text"], "@everyone <@1> https://evil.example [x](y) ```"]),
    st.sampled_from([ANTHROPIC.passage.text, GOOGLE.passage.text]),
    MONEY,
    DATES,
    NAMES,
)


DRAFTS = st.fixed_dictionaries({"text": TEXTS}, optional={"evidence": EVIDENCE, "words": TEXTS})


WHOLE = st.lists(DRAFTS, max_size=6).map(lambda drafts: said(*drafts))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner),
    max_leaves=12,
).map(json.dumps)


CUT = st.tuples(WHOLE, st.integers(0, 400)).map(lambda reply: reply[0][: reply[1]])


REPLIES = st.one_of(st.text(), WHOLE, CUT, JSON)
