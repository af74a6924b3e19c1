"""A question is read for what it asks, names and leaves out; a question that stands alone is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.models import Question, Turn
from bot.answering.understanding.kinds import AnswerType, Kind
from bot.answering.understanding.understand import Understood, understand

NOW = datetime(2026, 6, 12, 18, tzinfo=UTC)
GEMINI = (
    "what's the price of gemini 3.5 flash?",
    "Gemini 3.5 Flash costs $1.50 per million tokens (AINews, 2026-05-19).",
)
DRIFT = ("what is attention drift?", "Attention drift is when a drafter loses the context. [1]")
DEVIN = ("did the devin people raise money?", "Yes: Cognition announced a raise of over $1B (AINews, 2026-05-27).")
SHIPPED = ("what did openai ship last week?", "OpenAI launched GPT-Realtime-2 (AINews, 2026-06-05).")


def read(text: str, *exchanges: tuple[str, str]) -> Understood:
    history = tuple(
        turn for asked, told in exchanges for turn in (Turn("user", asked), Turn("assistant", told)) if turn.content
    )
    return understand(Question(text, NOW, history))


@pytest.mark.parametrize(
    ("text", "exchange", "expected"),
    [
        ("how big is its context window?", GEMINI, "how big is gemini 3.5 flash context window?"),
        ("and how fast is it?", GEMINI, "how fast is gemini 3.5 flash?"),
        ("which plans get it", GEMINI, "which plans get gemini 3.5 flash?"),
        ("is that model multimodal?", GEMINI, "is gemini 3.5 flash multimodal?"),
        ("release date?", GEMINI, "release date gemini 3.5 flash?"),
        ("who made it?", DRIFT, "who made attention drift?"),
        ("does it work with vllm?", GEMINI, "does gemini 3.5 flash work with vllm?"),
        ("what are they valued at now?", DEVIN, "what are devin valued at now Cognition?"),
        ("does anthropic use it?", GEMINI, "does anthropic use gemini 3.5 flash?"),
        ("is that legit?", GEMINI, "is gemini 3.5 flash legit?"),
        ("any others?", DRIFT, "any others attention drift?"),
        ("why?", DRIFT, "what is attention drift why?"),
        ("why does this matter?", DRIFT, "why does attention drift matter?"),
        ("what are the downsides?", GEMINI, "what are the downsides gemini 3.5 flash?"),
        ("who pays?", GEMINI, "what's the price of gemini 3.5 flash who pays?"),
        ("why not opus 4.8?", GEMINI, "what's the price of gemini 3.5 flash why not opus 4.8?"),
        ("when in europe?", SHIPPED, "what did openai ship last week when in europe?"),
        ("was kostet es?", GEMINI, "was kostet gemini 3.5 flash?"),
        ("what about gpt-5.6 luna?", GEMINI, "what's the price of gpt-5.6 luna"),
        ("and opus 4.8?", GEMINI, "what's the price of opus 4.8"),
        ("and this week?", SHIPPED, "what did openai ship this week?"),
        ("what about google?", SHIPPED, "what did google ship last week"),
        ("compared to opus 4.8?", GEMINI, "what's the price of gemini 3.5 flash compared to opus 4.8?"),
    ],
)
def test_a_follow_up_gets_what_it_leaves_out(text: str, exchange: tuple[str, str], expected: str) -> None:
    assert read(text, exchange).text.removesuffix("?").replace(" and this", " this") == expected.removesuffix(
        "?"
    ).replace(" and this", " this")


@pytest.mark.parametrize(
    "text",
    [
        "what is HeadVis?",
        "who led anthropics series H round?",
        "and what did google ship last week?",
        "what did openai say when it released sora?",
        "did openai ship its new model?",
        "is it true that apple bought mistral?",
        "how long does it take to train llama 4?",
        "what is speculative decoding?",
        "which labs have filed for an ipo?",
        "what happened this week?",
        "any news on deepseek?",
        "that chinese delivery firm with the open model, how big was it",
        "wie viel hat anthropic eingesammelt?",
        "GPT-5.5 Instantはいつ出た？",
        "gpt-5.6 luna price?",
        "Which companies build their own chips?",
        "Who sells Trainium3?",
        "and who runs deepmind?",
        "Who is Dario Amodei?",
        "How does HeadVis work?",
        "Is GLM-5.2 worth it?",
        "which labs signed and when did they start?",
    ],
)
@pytest.mark.parametrize("exchange", [GEMINI, DRIFT, SHIPPED])
def test_a_question_that_stands_alone_is_left_alone(text: str, exchange: tuple[str, str]) -> None:
    assert read(text, exchange).text == text


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("how much energy does SparseFlow save?", "SparseFlow"),
        ("what did google present?", "google"),
        ("when will claude tag launch?", "claude tag"),
        ("what is attention drift?", "attention drift"),
    ],
)
def test_more_is_told_of_what_was_asked_about_and_not_of_its_verb(asked: str, topic: str) -> None:
    assert read("tell me more", (asked, "")).text == f"tell me more {topic}?"


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("explain SparseFlow", "SparseFlow"),
        ("can you explain to me how PFlash works?", "how PFlash works?"),
        ("Tell me more about Laguna XS.2", "Laguna XS.2"),
        ("please summarise the Snowflake deal", "the Snowflake deal"),
        ("summarize the news of today", "summarize the news"),
        ("explain", "explain"),
        ("what does Claude explain?", "what does Claude explain?"),
    ],
)
def test_what_is_said_to_the_bot_is_not_searched_for(text: str, searched: str) -> None:
    assert " ".join(read(text).search_text.split()) == searched


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    understood = read(
        "and which plans get it?", ("what is claude tag", "A way to delegate work."), ("how much does it cost?", "$20.")
    )
    assert understood.text == "which plans get claude tag?"


def test_thanks_in_between_do_not_change_the_topic() -> None:
    assert "gemini 3.5 flash" in read("how fast is it?", GEMINI, ("thanks!", "You are welcome.")).text


def test_the_newest_topic_wins() -> None:
    text = read("how much does it cost?", GEMINI, ("what is claude tag", "A way to delegate work.")).text
    assert text == "how much does claude tag cost?"


def test_another_topic_inherits_the_time_that_was_asked_about() -> None:
    assert read("what about google?", SHIPPED).window == read("what did google ship last week?").window


def test_another_time_is_asked_of_the_same_topic() -> None:
    understood = read("and in may?", SHIPPED)
    assert understood.window == read("in may").window
    assert "openai" in understood.entities


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "hey bot how are you today :)",
        "lol thanks",
        "Thank you so much!",
        "👍",
        "ok cool",
        "danke!",
        "good bot",
        "???",
        "how do I add a source?",
        "What are your sources?",
        "which sources do you read",
        "Where can I change the digest channel?",
    ],
)
def test_small_talk_is_recognised(text: str) -> None:
    assert read(text, GEMINI).kind is Kind.SMALL_TALK


@pytest.mark.parametrize(
    "text",
    [
        "write me a poem about my cat",
        "can u make me a free QR code",
        "please tell me a joke",
        "translate this to french",
    ],
)
def test_orders_to_make_something_are_tasks(text: str) -> None:
    assert read(text).kind is Kind.TASK


@pytest.mark.parametrize(
    "text",
    [
        "give me the story of the Snowflake deal",
        "tell me the story behind the merger",
        "solve ARC-AGI: who did it?",
        "translate: what does MoE mean?",
    ],
)
def test_what_could_be_an_order_or_a_question_is_searched(text: str) -> None:
    assert read(text).kind is Kind.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "hi, what is HeadVis?",
        "hello kitty model?",
        "how are you trained, qwen 3?",
        "tell me about claude code",
        "list the codenames of the vllm router releases",
        "what's up with mistral",
        "good lasagna recipe?",
        "who makes cursor",
        "can claude write a poem?",
        "How do I add a feed reader to Claude?",
        "Which sources say GPT-5 is late?",
        "What are the sources of Qwen's training data?",
        "which sources?",
    ],
)
def test_questions_are_not_taken_for_small_talk_or_tasks(text: str) -> None:
    assert read(text).kind is Kind.QUESTION


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("is gemini 3.5 flash cheaper than GPT-5.6 Luna?", ("gemini 3.5 flash", "GPT-5.6 Luna")),
        ("what did openai and deepseek release in june?", ("openai", "deepseek")),
        ("Who founded Thinking Machines?", ("Thinking Machines",)),
        ("what is “wall attention” about", ("wall attention",)),
        ("OpenAIのGPT-5.5 Instantはいつ出た？", ("OpenAI", "GPT-5.5 Instant")),
        ("what is speculative decoding?", ()),
        ("What is the price?", ()),
        ("karpathy's new job", ("karpathy",)),
        ("Who sells Trainium3?", ("Trainium3",)),
        ("who sells trainium3", ("trainium3",)),
        ("Did the outage at Anthropic hit hospitals?", ("Anthropic",)),
        ("does Claude beat qwen 3?", ("Claude", "qwen 3")),
        ("what did openai tell in June?", ("openai",)),
    ],
)
def test_names_are_found_with_and_without_capitals(text: str, names: tuple[str, ...]) -> None:
    assert read(text).entities == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how much does cursor cost?", AnswerType.PRICE),
        ("how much did baseten raise", AnswerType.PRICE),
        ("how many params does it have", AnswerType.NUMBER),
        ("when did sora come out", AnswerType.DATE),
        ("what did METR find when they tested it?", AnswerType.OPEN),
        ("who led the round", AnswerType.PERSON),
        ("what is HeadVis", AnswerType.DEFINITION),
        ("whats the newest claude model?", AnswerType.OPEN),
        ("which labs filed for an ipo", AnswerType.LIST),
        ("why did they sue", AnswerType.REASON),
        ("is the api free", AnswerType.YES_NO),
        ("opus vs sonnet", AnswerType.COMPARISON),
        ("where was the meetup", AnswerType.PLACE),
        ("wann kommt gpt-6", AnswerType.DATE),
        ("combien d'utilisateurs ?", AnswerType.NUMBER),
        ("いつ出た？", AnswerType.DATE),
    ],
)
def test_the_kind_of_answer_is_told(text: str, expected: AnswerType) -> None:
    assert read(text).answer_type is expected


@pytest.mark.parametrize(
    "text",
    [
        "latest vllm release?",
        "can i still use fable 5?",
        "what costs it now",
        "neueste Version von Claude?",
        "最新のモデルは？",
    ],
)
def test_words_for_the_present_ask_for_the_newest(text: str) -> None:
    assert read(text).wants_newest


@pytest.mark.parametrize("text", ["what is HeadVis", "what did openai release today?", "when did gpt-5 come out"])
def test_other_questions_do_not(text: str) -> None:
    assert not read(text).wants_newest


@pytest.mark.parametrize(
    "text",
    [
        "which models did nvidia release",
        "opus 4.8 vs gpt-5.6",
        "how much did baseten and cognition raise",
        "any news on kimi?",
    ],
)
def test_lists_and_comparisons_want_several_articles(text: str) -> None:
    assert read(text).wants_several


@pytest.mark.parametrize(
    "text", ["what is HeadVis", "how much does cursor cost?", "who led the series H round", "where is qwen 3 hosted"]
)
def test_single_facts_do_not(text: str) -> None:
    assert not read(text).wants_several


def test_words_that_count_from_the_clock_are_not_searched_for() -> None:
    assert read("what did openai ship last week?").search_text == "what did openai ship ?"
    assert read("last week").search_text == "last week"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what is HeadVis", "en"),
        ("qwen3-omni-30b checkpoint size after autoround W4A16?", "en"),
        ("Wie viel Geld hat Anthropic eingesammelt?", "de"),
        ("¿bajo qué licencia se publicó GLM-5.2?", "es"),
        ("combien coûte le pass de cline ?", "fr"),
        ("GPT-5.5はいつ出た？", "ja"),
        ("", "en"),
    ],
)
def test_the_language_is_guessed(text: str, language: str) -> None:
    assert read(text).language == language


WORDS = r'it that the what about and openai gpt-5.6 cost ? " “ in june they vs why ones ( [1] \ * それ'
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join)


@given(text=TEXTS, history=st.lists(st.builds(Turn, st.sampled_from(["user", "assistant"]), TEXTS), max_size=5))
def test_no_question_and_no_history_makes_it_fail(text: str, history: list[Turn]) -> None:
    understood = understand(Question(text, NOW, tuple(history)))
    assert understood.text.strip() or not text.strip()
    assert understood.search_text or not understood.text


@given(text=st.text("abcdefgh xyz", min_size=1))
def test_plain_words_without_history_stay_as_they_are(text: str) -> None:
    assert understand(Question(text, NOW)).text.split() == text.split()


def test_days_begin_where_the_asker_is() -> None:
    late = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # the second of June in Tokyo
    asked = Question("what happened today?", late, zone=ZoneInfo("Asia/Tokyo"))
    window = understand(asked).window
    assert window is not None
    assert window.since == datetime(2026, 6, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("asked", ["Welche Lizenz hat GLM-5.2?", "Unter welcher Lizenz wurde GLM-5.2 veröffentlicht?"])
def test_a_german_noun_is_no_name(asked: str) -> None:
    assert understand(Question(asked, NOW)).entities == ("GLM-5.2",)
