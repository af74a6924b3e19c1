"""A card says what the plain text says, in the order in which it is read aloud, within Discord's limits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.answering.models import Answer, Mode, Statement, Status
from bot.render import RenderedMessage, TextFile, render_answer, render_digest, render_quotes
from bot.render.card import BYTES, CHARS, COMPONENTS, Accent, Card
from bot.render.markdown import fold, restored
from bot.render.messages import accent
from bot.render.splitting import size
from bot.render.stories import in_full
from bot.render.watch import told
from tests.bot.discord_markdown import live
from tests.bot.examples import CARD, abstention, answer, digest, hostile_text, quote
from tests.bot.test_render_messages import hostile_answers, quoted_blocks, without_fences


def cards_of(messages: list[RenderedMessage]) -> list[Card]:
    assert all(message.card and message.content == message.card.content for message in messages)
    return [message.card for message in messages if message.card]


@settings(max_examples=60)
@given(hostile_answers())
def test_the_texts_of_cards_in_their_order_hold_each_quote_whole_and_to_the_letter(hostile: Answer) -> None:
    messages = render_answer(hostile, cards=True)
    texts = [text for card in cards_of(messages) for text in card.texts]
    shown = [fold(" ".join(map(restored, lines))) for lines in quoted_blocks([text.text for text in texts])]
    attached = {file.name: file.text for message in messages for file in message.files if isinstance(file, TextFile)}
    for found, expected in zip(shown, hostile.quotes, strict=True):
        name = f"quote-{expected.n}.txt"
        plain = fold("\n".join(without_fences(expected.text)))
        assert attached[name] == fold(expected.text) if name in attached else found in (plain, fold(expected.text))
    assert [text.beside for text in texts if text.beside] == [quote.n for quote in hostile.quotes]


@settings(max_examples=60)
@given(hostile_answers(), hostile_text)
def test_cards_fit_and_only_links_of_the_catalogue_are_live(hostile: Answer, below: str) -> None:
    for card in cards_of(render_answer(hostile, cards=True)):
        assert card.texts
        assert all(text.text.strip() for text in card.texts)
        assert sum(size(text.text) for text in card.texts) <= CHARS
        assert sum(len(text.text.encode()) + 12 for text in card.texts) <= BYTES
        assert sum(text.components for text in card.texts) <= COMPONENTS
        for found in (found for text in card.texts for found in live(text.text)):
            assert found == "line:-#" or found.startswith("link:https://a.example/"), found


@given(hostile_answers())
@settings(max_examples=30)
def test_quotes_as_a_card_have_the_words_of_the_plain_text_and_no_others(hostile: Answer) -> None:
    quotes = hostile.quotes
    plain = " ".join(message.content for message in render_quotes(quotes))
    carded = " ".join(message.content for message in render_quotes(quotes, cards=True))
    assert carded.split() == plain.split()


@pytest.mark.parametrize("many", [1, 6, 18])
def test_further_quotes_are_as_many_cards_as_they_need(many: int) -> None:
    quotes = tuple(quote(n, f"{n}: " + "word " * 70) for n in range(5, 5 + many))
    cards = cards_of(render_quotes(quotes, cards=True))
    assert [text.beside for card in cards for text in card.texts if text.beside] == [q.n for q in quotes]
    assert all(sum(text.components for text in card.texts) <= COMPONENTS for card in cards)


def test_a_screen_reader_hears_the_answer_then_each_quote_then_its_source() -> None:
    statements = (Statement("V3.2 costs half as much.", (1,)), Statement("It is free.", (2,)))
    given_ = answer(quote(1, "V3.2 halves the cost."), quote(2, "It is open."), mode=Mode.MODEL, statements=statements)
    (card,) = cards_of(render_answer(replace(given_, note="Careful."), "Question: What?", "Go on.", cards=True))
    assert [(text.text.partition(" · ")[0], text.beside, text.apart) for text in card.texts] == [
        ("Question: What?", 0, False),
        ("V3.2 costs half as much. [1] It is free. [2]", 0, False),
        ("Note: Careful.", 0, False),
        ("> V3.2 halves the cost.", 0, True),
        ("-# [1] Example News, 20 June 2026", 1, False),
        ("> It is open.", 0, True),
        ("-# [2] Example News, 20 June 2026", 2, False),
        ("-# Go on.", 0, True),
    ]


def test_the_nearest_articles_are_one_list() -> None:
    (card,) = cards_of(render_answer(abstention("Nothing.", CARD, replace(CARD, id="a2")), cards=True))
    first, nearest = card.texts
    assert first.text == "Nothing."
    assert nearest.text.count("\n- Example News") == 2


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (answer(quote()), Accent.ANSWERED),
        (replace(answer(quote()), note="The sources differ."), Accent.ANSWERED),
        (replace(answer(quote()), note="None of these quotes gives a sum of money.", partly=True), Accent.PARTLY),
        (abstention(), Accent.NONE),
        (replace(abstention(), status=Status.ERROR), Accent.NONE),
    ],
)
def test_the_colour_tells_answered_partly_and_none(given_: Answer, expected: Accent) -> None:
    assert accent(given_) == expected
    assert {card.accent for card in cards_of(render_answer(given_, cards=True))} == {expected}


def test_the_pages_of_a_digest_have_the_same_stories_as_cards() -> None:
    given_ = digest(*(f"Story {n} is about something of note" for n in range(12)))
    plain, carded = render_digest(given_), render_digest(given_, cards=True)
    assert [page.stories for page in carded] == [page.stories for page in plain]
    for page, card in zip(plain, cards_of(list(carded)), strict=True):
        assert card.content.split() == page.content.split()
        assert len(card.texts) == len(page.texts)


def test_a_story_and_what_a_watch_tells_have_the_words_of_the_plain_text() -> None:
    stories = digest("Polaris 2 is out", "Kite is sued").stories
    for plain, carded in (
        (in_full(stories[0]), in_full(stories[0], cards=True)),
        (told(stories, "open models", ping="<@&5>"), told(stories, "open models", ping="<@&5>", cards=True)),
    ):
        assert [c.content.split() for c in cards_of(carded)] == [m.content.split() for m in plain]
