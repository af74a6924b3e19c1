"""Every kind of message that the bot sends, made by the bot's own code and drawn as Discord shows it.

    python -m bench.gallery.messages [docs/gallery]

The sample articles are read into a temporary folder and asked about; `draw.mjs` draws what the renderer makes of the
answers, in a headless Chromium ($CHROMIUM, else the one on the PATH). A scripted language model stands in for a real
one: its statements pass the same checks. Needs Node.js and Chromium; npm's packages are fetched when they are missing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from discord import ui

from bench.gallery.cards import card_scenes
from bench.gallery.programs import BROWSERS, HERE, install_packages, program, shrink
from bench.gallery.scene import (
    DESKTOP,
    FDA,
    FDA_SAID,
    GIGAWATTS,
    NOWHERE,
    PARTLY_KNOWN,
    PHONE,
    SET,
    UNKNOWN,
    Line,
    Scene,
    items,
    lines,
    private,
)
from bench.gallery.stage import GUILD, MONTHS_LATER, NOW, Scripted, Stage, open_stage, unreachable
from bot.answering.models import Answer
from bot.discord.buttons.answer_buttons import buttons_under
from bot.discord.buttons.digest_pages import under_page
from bot.discord.buttons.gap_buttons import beside
from bot.discord.buttons.watch_buttons import decision, under_stories
from bot.discord.messages import discord_text, first_text, gap_text, source_messages, status_text, watch_text
from bot.llm.language_model import LanguageModel
from bot.render import render_answer, render_digest, render_quotes, render_sources
from bot.render.check import render_check
from bot.render.picture import digest_picture
from bot.render.stories import in_full
from bot.render.watch import previewed, told
from bot.services.gaps import Gap
from bot.services.packs import PackService
from bot.services.records import Tally
from bot.services.source_records import CorpusStatus
from bot.services.usage import Spending
from bot.services.watch_rows import FoundStory, Watch, WatchOptions, WatchState
from bot.translation import speaking
from bot.watch.models import Kind
from bot.watch.schedule import HISTORY
from ingest.errors import SourceError, VerbatimError
from ingest.wiring import open_catalogue

SPENT = Spending(Tally(questions=17, cached=2, answers=15, prompt_tokens=31_000, completion_tokens=1_900), 67_100)


def scenes(stage: Stage) -> Iterator[Scene]:
    """All pictures."""
    written = Scripted(*FDA_SAID)
    yield Scene("answer-quotes-phone", PHONE, mentioned(stage, GIGAWATTS))
    yield Scene("answer-model", DESKTOP, asked(stage, FDA, written))
    yield Scene("answer-command-phone", PHONE, asked(stage, GIGAWATTS))
    yield Scene("answer-model-phone-light", PHONE, mentioned(stage, FDA, model=written), "light")
    yield Scene("answer-conflict-phone", PHONE, mentioned(stage, "How much did Harbor AI raise?"))
    yield Scene("answer-old-phone", PHONE, mentioned(stage, "What is SCONE-bench?", MONTHS_LATER, unreachable()))
    yield Scene("no-evidence-phone", PHONE, mentioned(stage, UNKNOWN))
    yield Scene("nothing-in-window", DESKTOP, mentioned(stage, "What did Waymo do last week?", MONTHS_LATER))
    yield Scene("languages-phone", PHONE, in_other_languages(stage))
    yield Scene("digest", DESKTOP, digest(stage))
    yield Scene("digest-phone", PHONE, digest(stage))
    yield Scene("digest-more-phone", PHONE, more(stage))
    yield Scene("watch-phone", PHONE, watch(stage))
    sources = stage.sources()
    yield Scene("check-phone", PHONE, checked(stage))
    yield Scene("first-minutes", DESKTOP, first_minutes())
    yield Scene("gaps", DESKTOP, gaps())
    yield Scene("sources", DESKTOP, private("/source list", *source_messages.listed(sources)))
    health = source_messages.health_report(sources, NOWHERE)
    yield Scene("health-phone-light", PHONE, private("/source health", *health), "light")
    yield Scene("source-commands", DESKTOP, source_commands(stage))
    greeting = Line("Verbatim", discord_text.greeting(), menu=first_text.CHOOSE)
    yield Scene("greeting-and-help", DESKTOP, [greeting, *private("/help", discord_text.HELP)])
    yield Scene("errors", DESKTOP, errors(stage))
    yield Scene("answer-partial-phone", PHONE, mentioned(stage, PARTLY_KNOWN))
    yield Scene("alarms-phone", PHONE, lines(source_messages.alarm_messages(stage.alarms())))
    yield Scene("settings", DESKTOP, private("/settings show", discord_text.settings(SET, reads_all=False)))
    yield Scene("not-permitted", DESKTOP, not_permitted())
    yield Scene("oversight", DESKTOP, oversight(stage))
    yield Scene("buttons-phone-light", PHONE, pressed(stage), "light")
    yield from card_scenes(stage)


def mentioned(stage: Stage, text: str, at: datetime = NOW, model: LanguageModel | None = None) -> list[Line]:
    """A person mentions the bot, and it replies."""
    mention, answer = f"<@1> {text}", stage.answer(text, at, model)
    return [Line("Ada", mention), *with_buttons(lines(render_answer(answer), reply_to=mention), answer)]


def asked(stage: Stage, text: str, model: LanguageModel | None = None) -> list[Line]:
    """The same by /ask."""
    answer = stage.answer(text, model=model)
    rendered = render_answer(answer, discord_text.asked(text), discord_text.how_to_go_on())
    return with_buttons(lines(rendered, command="/ask"), answer, by_command=True)


def digest(stage: Stage) -> list[Line]:
    """The first page of the week, as /digest shows it, with its picture, if it has one, and what is under it."""
    week = stage.digest()
    pages, picture = render_digest(week), digest_picture(week)
    url = f"data:image/png;base64,{b64encode(picture.png).decode()}" if picture else ""
    controls = items(lambda: under_page(1, week, pages))
    menu = next((str(item.placeholder) for item in controls if isinstance(item, ui.Select)), "")
    buttons = tuple(str(item.label) for item in controls if isinstance(item, ui.Button))
    return [Line("Verbatim", pages[0].content, command="/digest", buttons=buttons, picture=url, menu=menu)]


def more(stage: Stage) -> list[Line]:
    """A story in full, as its menu shows it."""
    story = max(stage.digest().stories, key=lambda story: len(story.quotes))
    return lines(in_full(story), reply_to="More about a story", ephemeral=True)


def watch(stage: Stage) -> list[Line]:
    """A watch as it is proposed, a story that it tells, and why."""
    order = Watch(1, GUILD, "1", 1, Kind.WORDS, "Harbor AI, SCONE-bench", WatchOptions(), WatchState.ACTIVE, "", NOW)
    stories = stage.watched(order.wanted)
    found = FoundStory(1, 1, stories[0], "SCONE-bench")
    asked = watch_text.proposed(order, previewed(stories, HISTORY.days), "UTC")
    proposal = private("/watch add words:Harbor AI, SCONE-bench", asked)
    under = labels(lambda: decision(order)), labels(lambda: under_stories(1, order, [found]))
    (message,) = lines(told([stories[0]], order.text))
    why = private("Why this?", watch_text.why(order, found, UTC))
    return [replace(proposal[0], buttons=under[0]), replace(message, buttons=under[1]), *why]


def checked(stage: Stage) -> list[Line]:
    """ "Check this" on somebody's message: a claim that holds, one that does not, and one of which nothing is known."""
    said = f"{FDA_SAID[0][0]} Harbor AI raised $90 million. Polaris 9 has 7 experts."
    return [Line("Ada", said), *private("Check this", *(m.content for m in render_check(stage.check(said))))]


def first_minutes() -> list[Line]:
    """The greeting with its menu, a pack, its first read, and what to try."""
    pack = PackService().all()[0]
    greeting = Line("Verbatim", discord_text.greeting(), menu=first_text.CHOOSE)
    (shown,) = lines([first_text.shown(pack)], reply_to=first_text.CHOOSE, ephemeral=True)
    questions = ("What did Harbor AI announce?", "What happened with Trainium3?", "What did OpenAI announce?")
    going = first_text.reading("3 of 5 feeds read, 84 articles, 120 passages still to be indexed.")
    (done,) = lines([first_text.done("5 of 5 feeds read, 131 articles.", questions)], ephemeral=True)
    return [
        greeting,
        replace(shown, buttons=(first_text.ADD, first_text.NOT_NOW)),
        *lines([going], ephemeral=True),
        replace(done, buttons=questions),
    ]


def gaps() -> list[Line]:
    """What people are told when gaps are switched on, and what moderators see."""
    asked = (("When does GPT-7 come?", 4), ("What does a seat in a Waymo cost in Oslo?", 2), ("Who owns Kite?", 1))
    found = [Gap(n, text, count, NOW) for n, (text, count) in enumerate(asked)]
    (shown,) = private("/gaps", *gap_text.gaps(found))
    return [*lines([gap_text.TOLD]), replace(shown, buttons=labels(lambda: beside(found)))]


def labels(make: Callable[[], ui.View | None]) -> tuple[str, ...]:
    return tuple(str(item.label) for item in items(make))


def source_commands(stage: Stage) -> list[Line]:
    """A feed added and removed, and addresses that are refused; none of it needs the network."""
    added = stage.registry.add(discord_text.STARTER, NOW, scope=GUILD)[:1]
    return [
        *private("/source add", *source_messages.added(added)),
        *private("/source add", refused(stage, "https://verbatim.invalid/feed.xml")),
        *private("/source add", refused(stage, "http://127.0.0.1/feed")),
        *private("/source add", discord_text.NO_WEB_ADDRESS),
        *private("/source remove", source_messages.removed(added[0].address)),
    ]


def refused(stage: Stage, address: str) -> str:
    """What /source add says to an address that cannot be read."""
    try:
        stage.registry.add(address, NOW)
    except SourceError as error:
        return discord_text.failure(error)
    raise SystemExit(f"error: {address} was added")


def errors(stage: Stage) -> list[Line]:
    """Nothing to read yet, too many questions, a catalogue that is none, a bug."""
    return [
        *lines([discord_text.no_sources()], command="/ask"),
        *private("/ask", discord_text.slow_down(12, everybody=False)),
        *private("/digest", damaged(stage)),
        *private("/ask", discord_text.BROKEN),
    ]


def not_permitted() -> list[Line]:
    """What people hear who may not, and what a direct message hears where those are switched off."""
    return [
        *private("/source add", discord_text.NOT_ALLOWED),
        *private("/ask", discord_text.MAY_NOT_ASK),
        *private("/source list", discord_text.ONLY_ON_SERVERS),
        *lines([discord_text.may_not_write("Newsroom")]),
        *lines([discord_text.NO_DIRECT_MESSAGES], reply_to="What did OpenAI release?"),
    ]


def oversight(stage: Stage) -> list[Line]:
    """How the reading goes, with nobody to tell alarms to, and with a channel that is gone."""
    standing = CorpusStatus(sources=5, failing=1, articles=301, newest_article_at=NOW, backlog=12)
    (removal,) = private("/source remove", source_messages.confirm_removal(stage.sources()[0]))
    gone = status_text.alarms_state(9, 2, discord_text.ALARM_CHANNEL_GONE)
    return [
        *private("/status", status_text.status(standing, Spending(Tally(questions=17), None), NOWHERE)),
        *private("/status", status_text.status(standing, SPENT, gone)),
        *private(
            "/why", *source_messages.article_history(stage.why("https://example.org/compute-ledger/aws-trainium3"))
        ),
        replace(removal, buttons=("Remove it", "Keep it")),
    ]


def pressed(stage: Stage) -> list[Line]:
    """What the buttons under an answer say, to who pressed them alone."""
    answer = stage.answer(GIGAWATTS)
    return [
        *lines(render_quotes(answer.more[:2]), reply_to="More quotes", ephemeral=True),
        *lines(render_sources(answer.quotes), reply_to="Sources", ephemeral=True),
        *lines([discord_text.PRAISED], reply_to="Right", ephemeral=True),
        *lines([discord_text.REPORTED], reply_to="Wrong or missing", ephemeral=True),
        *lines([discord_text.NOT_YOURS], reply_to="Delete", ephemeral=True),
    ]


def damaged(stage: Stage) -> str:
    """What is said when the catalogue's file holds something else."""
    file = stage.settings.data_dir / "damaged.db"
    file.write_text("no database", encoding="utf-8")
    try:
        open_catalogue(stage.settings.model_copy(update={"database_url": f"sqlite:///{file}"}))
    except VerbatimError as error:
        return discord_text.failure(error)
    raise SystemExit("error: a damaged catalogue was opened")


def in_other_languages(stage: Stage) -> list[Line]:
    """What a German server and a French one read; quotes stay as they are."""
    with speaking("de"):
        german = mentioned(stage, "How much did Harbor AI raise?")
    with speaking("fr"):
        return [*german, *mentioned(stage, UNKNOWN)]


def with_buttons(shown: list[Line], answer: Answer, *, by_command: bool = False) -> list[Line]:
    """The answer's buttons, under its last message."""

    if not by_command and not answer.quotes and not answer.nearest:
        return shown
    under = items(lambda: buttons_under(answer, 1, private=False, by_command=by_command))
    return [*shown[:-1], replace(shown[-1], buttons=tuple(str(item.label) for item in under))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/gallery"))
    folder: Path = parser.parse_args().folder
    node, browser = program("NODE", "nodejs", "node"), program("CHROMIUM", "chromium", *BROWSERS)
    folder.mkdir(parents=True, exist_ok=True)
    install_packages()
    with tempfile.TemporaryDirectory(prefix="verbatim-gallery-") as data, open_stage(Path(data)) as stage:
        drawn = json.dumps([asdict(scene) for scene in scenes(stage)])
    subprocess.run([node, str(HERE / "draw.mjs"), browser, str(folder)], input=drawn, text=True, check=True)
    shrink(folder)


if __name__ == "__main__":
    main()
