"""Headlines and quotes out of an event's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from bot.digest.clustering.events import Event
from bot.digest.writing.headline import HEADLINE_CHARS, headline
from bot.digest.writing.quoting import best_quotes, with_support
from ingest.embedding.encoders import Encoder
from tests.bot.digest.desk import HARBOR, POLARIS, POLARIS_AGAIN, RECAP, cut


def weights(wanted: Iterable[str]) -> Mapping[str, float]:
    return dict.fromkeys(wanted, 4.0)


def event(encoder: Encoder, *texts: tuple[str, str, str]) -> Event:
    return Event(tuple(cut(encoder, *texts)))


def test_an_article_s_title_can_be_the_headline(encoder: Encoder) -> None:
    body = "It was a long wait for everybody at the lab. The team worked on it for two years."
    told = event(encoder, ("Wire", "Nordlicht Labs releases Polaris 2 with open weights", body))
    assert headline(told, weights).text == "Nordlicht Labs releases Polaris 2 with open weights"


def test_a_title_that_says_nothing_is_not_the_headline(encoder: Encoder) -> None:
    told = event(encoder, ("Wire", "Here is what we know so far about this!", HARBOR))
    assert "Harbor AI raised $120 million" in headline(told, weights).text


@pytest.mark.parametrize(
    "idle", ["Pippin: $5 / $25", "We are the team behind the Pippin chip", "Pippin coming this week"]
)
def test_prices_and_forum_talk_are_no_headlines(encoder: Encoder, idle: str) -> None:
    news = "Orchard Chips announced the Pippin accelerator with 288 GB of memory."
    told = event(encoder, ("Forum", "", f"{idle}. It will be on sale soon."), ("Wire", "", news))
    assert headline(told, weights).text == news.rstrip(".")


def test_a_forum_post_is_headed_by_what_it_announces(encoder: Encoder) -> None:
    post = (
        "- We are the team behind the Pippin chip. Ask us anything! (Activity: 71): Orchard Chips announced that "
        "Pippin, an accelerator with 288 GB of memory, is on sale via "
        "orchard.example/pippin-for-everybody-who-waited, and in two shops."
    )
    entries = [line for line in RECAP.splitlines() if line.startswith("- ") and "Orchard" not in line]
    items = cut(encoder, ("Recap", "today", "\n".join([post, *entries])))
    (pippin,) = (item for item in items if "pippin" in item.names)
    told = "Orchard Chips announced that Pippin, an accelerator with 288 GB of memory, is on sale"
    assert headline(Event((pippin,)), weights).text == told


@pytest.mark.parametrize(
    "idle",
    [
        "Agentic AI is the agency's name for systems that plan and act in Freedonia",
        "@somebody compared agentic AI with the old systems of Freedonia",
        "Agentic AI for Freedonia: https://freedonia.example/agentic.png",
    ],
)
def test_explanations_somebody_s_posts_and_addresses_are_no_headlines(encoder: Encoder, idle: str) -> None:
    news = "Freedonia gives agentic AI to all of its employees."
    told = event(encoder, ("Forum", "", f"{idle}. It took two years."), ("Wire", "", news))
    assert headline(told, weights).text == news.rstrip(".")


def test_a_list_of_figures_is_no_headline(encoder: Encoder) -> None:
    said = "Orchard Chips described the architecture of its Pippin in the long notes which it wrote on Monday"
    text = f"{said}: 288 GB of memory, 40 lanes of cores, and 512 KB of cache for each of its lanes."
    assert headline(event(encoder, ("Wire", "", text)), weights).text == said


def test_a_result_is_no_headline_without_what_it_is_the_result_of(encoder: Encoder) -> None:
    text = "Freedonia tried to restore photos. The result shows more than that: Glimmer invented hair, beards and ages."
    assert headline(event(encoder, ("Wire", "", text)), weights).text == "Freedonia tried to restore photos"


def test_where_nothing_stands_alone_the_title_does(encoder: Encoder) -> None:
    body = "It was shown to a small group in the spring. They said that it had been fast and that it was quiet."
    told = event(encoder, ("Wire", "The making of Orchard's Pippin accelerator", body))
    assert headline(told, weights).text == "The making of Orchard's Pippin accelerator"


def test_a_line_that_names_nobody_is_told_with_the_name_beside_it_in_front(encoder: Encoder) -> None:
    line = "- Now with 288 GB of memory and a price of 1,499, less than the year before. A Pippin for all, in a shop."
    entries = [other for other in RECAP.splitlines() if other.startswith("- ") and "Orchard" not in other]
    items = cut(encoder, ("Recap", "today", "\n".join([line, *entries])))
    (pippin,) = (item for item in items if "pippin" in item.names)
    head = headline(Event((pippin,)), weights)
    assert head.text == "Pippin: Now with 288 GB of memory and a price of 1,499, less than the year before"
    quotes = with_support(best_quotes(Event((pippin,)), 1, headline=head.text), head)
    assert quotes[0].text == line.removeprefix("- ")


def test_a_good_headline_is_fitter_than_talk(encoder: Encoder) -> None:
    talk = "After using my own account for 18 months, my job finally got a license."
    good, poor = (headline(event(encoder, ("Wire", "", text)), weights).fitness for text in (HARBOR, talk))
    assert good > 0.25 > poor


@pytest.mark.parametrize(
    "credit", [" (Activity: 606): The image shows a chart.", " via @someone, @else_one", " @OpenAI"]
)
def test_who_posted_it_is_no_part_of_the_headline(encoder: Encoder, credit: str) -> None:
    told = event(encoder, ("Wire", "", f"Orchard Chips announced the Pippin accelerator with 288 GB of memory{credit}"))
    assert headline(told, weights).text == "Orchard Chips announced the Pippin accelerator with 288 GB of memory"


def test_a_headline_is_short_and_ends_at_a_clause(encoder: Encoder) -> None:
    long = (
        "Orchard Chips announced the Pippin accelerator, " + "which reads and writes its own notes, " * 6 + "and more."
    )
    title = headline(event(encoder, ("Wire", "", long)), weights).text
    assert len(title) <= HEADLINE_CHARS
    assert long.startswith(title)
    assert long[len(title)] == ","


def test_a_quote_says_more_than_the_headline_above_it(encoder: Encoder) -> None:
    told = event(encoder, ("Wire", "A chip", "Yale's chip is called NeuroScale. It needs a tenth of the power."))
    (quote,) = best_quotes(told, 1, headline="Yale's chip is called NeuroScale")
    assert quote.text == "Yale's chip is called NeuroScale. It needs a tenth of the power."
    (alone,) = best_quotes(told, 1, headline="A chip")
    assert alone.text == "Yale's chip is called NeuroScale."


def test_further_quotes_stand_for_themselves(encoder: Encoder) -> None:
    back = "The company said that Polaris 2 of Nordlicht Labs is a preview with open weights of 34 billion parameters."
    told = event(encoder, ("Wire", "Polaris 2 released", POLARIS), ("Daily", "Polaris 2", back))
    assert [quote.article.source for quote in best_quotes(told, 1)] == ["Wire"]


@pytest.mark.parametrize(
    "head", ["Nordlicht Labs released Polaris 2", "The German lab Nordlicht published the weights"]
)
def test_the_sentence_that_heads_a_story_is_quoted_first(encoder: Encoder, head: str) -> None:
    told = event(encoder, ("Wire", "Polaris 2", POLARIS), ("Daily", "Polaris 2", POLARIS_AGAIN))
    assert best_quotes(told, 1, headline=head)[0].text.startswith(head)


def test_a_short_sentence_that_heads_a_story_is_quoted_with_the_next_one(encoder: Encoder) -> None:
    text = "Orchard Chips launched Pippin! Orchard Chips announced the accelerator Pippin with 288 GB of memory."
    (quote,) = best_quotes(event(encoder, ("Wire", "Pippin", text)), 1, headline="Orchard Chips launched Pippin!")
    assert quote.text == text


def test_each_quote_of_a_story_comes_from_another_article(encoder: Encoder) -> None:
    told = event(encoder, ("Wire", "Polaris 2 released", POLARIS), ("Daily", "Open weights", POLARIS_AGAIN))
    quotes = best_quotes(told, 7)
    assert [quote.n for quote in quotes] == [7, 8]
    assert len({quote.article.id for quote in quotes}) == 2


def test_what_was_known_is_not_quoted_when_there_is_something_new(encoder: Encoder) -> None:
    told = event(encoder, ("Wire", "Polaris 2 released", POLARIS))
    first = best_quotes(told, 1)[0].text
    assert best_quotes(told, 1, encoder.encode([first]))[0].text != first
