"""The command line as a user has it: exit codes, and what is printed where.

Whole processes where that matters; where only words and codes do, the same entry inside this process, which is quicker.
"""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.services.usage import UsageService
from ingest.catalogue.facts import COLLECTION, COLLECTION_ID
from ingest.catalogue.schema import article_versions, chunks
from ingest.clock import utc_now
from ingest.embedding.encoders import Encoder
from ingest.index.owner_lock import own_index
from ingest.index.vector_index import VectorIndex
from ingest.reading.registry import SAMPLES
from tests.terminal import GENEROUS_S, Done, Terminal

ANSWER = (
    "id question status mode answer note statements confidence quotes window newest_article_at nearest timings_ms"
).split()
QUOTE = "n text start end highlight article link".split()
CARD = "id url title source author published_at version".split()


def is_told(done: Done, what: str) -> bool:
    """An error of one line, with a hint of one line behind it."""
    error, hint, *rest = done.err.splitlines()
    return error.startswith("error: ") and what in error and hint.startswith("hint: ") and not rest


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample articles, made by the command line itself; nothing may write into it."""
    terminal = Terminal(tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("samples"))
    terminal.here("ingest", "add", SAMPLES)
    terminal.here("ingest", "run", "--once")
    return terminal.data


@pytest.fixture
def samples(tmp_path: Path, sample_data: Path) -> Terminal:
    return Terminal(tmp_path, sample_data)


@pytest.fixture
def own_samples(tmp_path: Path, sample_data: Path) -> Terminal:
    """The same in a copy that a test may change."""
    return Terminal(tmp_path, Path(shutil.copytree(sample_data, tmp_path / "data")))


@pytest.fixture
def empty(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, tmp_path / "data")


def test_an_answer_has_exactly_the_contracts_keys_and_quotes_what_show_shows(samples: Terminal) -> None:
    answer = samples.run("bot", "ask", "What is DeepSeek Sparse Attention?", "--json").json
    assert list(answer) == ANSWER
    assert (answer["status"], answer["mode"], answer["nearest"]) == ("answered", "quotes", [])
    assert answer["quotes"]
    for quote in answer["quotes"]:
        assert (list(quote), list(quote["article"])) == (QUOTE, CARD)
    for article in {quote["article"]["id"]: quote["article"] for quote in answer["quotes"]}.values():
        shown = samples.here("ingest", "show", article["id"], "--json").json
        assert list(shown) == "id url title source author published_at fetched_at version text".split()
        assert {key: shown[key] for key in CARD} == article
        for quote in answer["quotes"]:
            if quote["article"] == article:
                assert shown["text"][quote["start"] : quote["end"]] == quote["text"]


def test_many_questions_are_answered_a_line_each_and_a_bad_line_does_not_end_it(samples: Terminal) -> None:
    lines = [
        b'{"id": "q1", "question": "How much energy does SparseFlow use?"}',
        b"no JSON",
        b'\xff{"id": "q2"}',
        b"",
        b'{"id": 4, "question": "best pancake recipe?"}',
        b'{"id": "q5", "question": "What is SparseFlow?", "asked_at": "2025-01-01"}',
        b'{"id": "q6", "question": "x", "asked_at": "yesterday"}',
    ]
    answers = samples.run("bot", "ask", "--jsonl", stdin=b"\n".join(lines)).lines
    assert [answer["status"] for answer in answers] == [
        "answered", "error", "error", "no_evidence", "no_evidence", "error",
    ]  # fmt: skip
    assert [answer["id"] for answer in answers if answer["status"] != "error"] == ["q1", "4", "q5"]
    bad = [answer for answer in answers if answer["status"] == "error"]
    assert [list(answer) for answer in bad] == ["id line status error hint".split()] * 3
    assert [(answer["id"], answer["line"]) for answer in bad] == [(None, 2), (None, 3), (None, 7)]
    for refused in answers[3:5]:
        assert (refused["quotes"], refused["statements"]) == ([], [])


def test_search_gives_the_passages_best_first_as_they_stand_in_their_articles(samples: Terminal) -> None:
    (found,) = samples.here("bot", "search", "--jsonl", "--top", 3, stdin='{"id": "s", "question": "SparseFlow"}').lines
    assert list(found) == ["id", "hits"]
    assert [list(hit) for hit in found["hits"]] == ["article_id url title published_at text score".split()] * 3
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert "SparseFlow" in found["hits"][0]["text"]


def test_a_conversation_from_a_pipe_answers_each_line_and_ends_well(samples: Terminal) -> None:
    questions = "What is SparseFlow?\n\nHow much energy does it use?\n"
    done = samples.run("bot", "chat", stdin=questions)
    assert done.out.count("[1] “") == 2
    assert "(sample)" in done.out
    assert done.err == ""


def test_samples_are_never_seen_where_there_is_a_discord_token(samples: Terminal) -> None:
    answer = samples.here("bot", "ask", "What is SparseFlow?", "--json", DISCORD_TOKEN="a token").json
    assert (answer["status"], answer["quotes"], answer["nearest"]) == ("no_evidence", [], [])


def test_while_another_process_owns_the_index_questions_end_with_3_and_ingest_stores(own_samples: Terminal) -> None:
    note = own_samples.folder / "note.md"
    note.write_text("Aurora is a model that nobody has heard of.")
    with own_index(own_samples.data, "bot chat"):
        held = own_samples.run("bot", "ask", "What is SparseFlow?", "--json", code=3)
        assert is_told(held, f"by bot chat (process {os.getpid()} on ")
        assert held.out == ""
        assert own_samples.here("ingest", "status", "--json").json["index_owner"]["pid"] == os.getpid()
        own_samples.here("ingest", "add", note)
        assert "That process indexes what is stored here" in own_samples.run("ingest", "run").err
    status = own_samples.here("ingest", "status", "--json").json
    assert (status["backlog"], status["index_owner"]) == (1, None)


def test_the_data_folder_may_stand_before_or_after_the_command(samples: Terminal) -> None:
    elsewhere = Terminal(samples.folder, samples.folder / "nothing")
    for words in (
        ("ingest", "--data-dir", samples.data, "status", "--json"),
        ("ingest", "status", "--json", "--data-dir", samples.data),
    ):
        assert elsewhere.here(*words).json["articles"] > 10
    assert elsewhere.here("ingest", "status", "--json").json["articles"] == 0


IMPORTED = """
import sys
from importlib import import_module
heavy = set(sys.argv[1].split(","))
main = import_module(sys.argv[2]).main
for words in sys.argv[3:]:
    main(words.split(" "))
    print("imported by", words, heavy & set(sys.modules), file=sys.stderr)
"""


def imported(terminal: Terminal, heavy: str, program: str, *commands: str) -> set[str]:
    """What was imported of `heavy` after each command, all in one process."""
    command = [sys.executable, "-c", IMPORTED, heavy, f"{program}.__main__", *commands]
    ended = subprocess.run(
        command, capture_output=True, cwd=terminal.folder, env=terminal.environment({}), check=True, timeout=GENEROUS_S
    )
    told = [line for line in ended.stderr.decode().splitlines() if line.startswith("imported by")]
    assert len(told) == len(commands)
    return {line for line in told if not line.endswith(" set()")}


def test_commands_that_need_no_index_never_import_chroma(own_samples: Terminal) -> None:
    note = own_samples.folder / "note.md"
    note.write_text("Aurora is a model.")
    with own_samples.catalogue() as catalogue, catalogue.database.read() as connection:
        article_id = connection.execute(select(chunks.c.article_id)).scalars().first()
    address = "https://example.org/lab-bench/sparseflow"
    commands = [
        f"add {note}",
        "sources",
        "sources --json",
        f"show {article_id} --json",
        f"why {address}",
        f"forget {address}",
        "status",
    ]
    heavy = "chromadb,torch,sentence_transformers,onnxruntime,alembic"
    assert imported(own_samples, heavy, "ingest", *commands) == set()


def test_an_answer_of_quotes_imports_nothing_it_does_not_need(samples: Terminal) -> None:
    heavy = "openai,alembic,discord,PIL,torch,sentence_transformers,trafilatura,feedparser"
    assert imported(samples, heavy, "bot", "ask SparseFlow --json") == set()


def test_the_bots_status_opens_no_index_and_counts_what_was_asked(empty: Terminal) -> None:
    with empty.catalogue() as catalogue:
        usage = UsageService(catalogue.database)
        usage.add_question("42", utc_now().date())
        usage.flush()
    report = empty.here("bot", "status", "--json", OPENAI_MODEL="").json
    assert (report["model"], report["today"]["questions"]) == (None, 1)
    assert [one["scope"] for one in report["scopes"]] == ["42"]
    told = empty.here("bot", "status", OPENAI_MODEL="tiny", OPENAI_API_KEY="k", MODEL_TOKENS_PER_DAY="5000").out
    assert "tiny, 5,000 tokens a guild a day" in told
    assert "42: 1 questions" in told
    heavy = "chromadb,torch,sentence_transformers,onnxruntime,alembic,openai,discord"
    assert imported(empty, heavy, "bot", "status") == set()


def test_an_operator_can_follow_an_article_from_its_file_to_the_end(empty: Terminal) -> None:
    note = empty.folder / "note.txt"
    note.write_text("Aurora answers questions about the weather.")
    told = ("--title", "On Aurora", "--published", "2026-06-01", "--source", "Weekly")
    assert empty.here("ingest", "add", "note.txt", *told).out == f"added: file {note}\n"
    assert empty.here("ingest", "add", note).out == f"already known: file {note}\n"
    assert empty.here("ingest", "run", "--once").err.splitlines()[-1] == f"read: {note}: 1 new"
    (source,) = empty.here("ingest", "sources", "--json").json
    assert (source["address"], source["kind"], source["articles"], source["failures"]) == (str(note), "file", 1, 0)
    answer = empty.here("bot", "ask", "What does Aurora answer?", "--json")
    (quote,) = answer.json["quotes"]
    assert (quote["link"], quote["article"]["url"], quote["article"]["title"]) == (None, None, "On Aurora")
    assert str(empty.folder) not in answer.out
    new, stored = empty.here("ingest", "why", "note.txt").out.splitlines()
    assert "new: On Aurora" in new
    assert "1 of 1 chunks indexed: found by words and meaning" in stored
    empty.here("ingest", "forget", quote["article"]["id"])
    assert "forgotten" in empty.here("ingest", "why", "note.txt").out
    note.write_text("Aurora answers questions about the weather again.")
    assert "1 forgotten" in empty.here("ingest", "run", "--once").err
    assert empty.here("ingest", "status", "--json").json["articles"] == 0


@pytest.mark.parametrize("last", ["", "exit", "Quit"])
def test_a_person_ends_the_chat_with_a_word_or_an_empty_line(samples: Terminal, last: str) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"What is DeepSeek Sparse Attention?\n{last}\n".encode())
    done = subprocess.run(
        samples.command(["bot", "chat"]),
        stdin=theirs,
        capture_output=True,
        cwd=samples.folder,
        env=samples.environment({}),
        timeout=GENEROUS_S,
        text=True,
        check=True,
    )
    os.close(ours)
    os.close(theirs)
    assert done.stdout.count("\n> ") == 2
    assert "lightweight indexer" in done.stdout
    assert "I found no answer" not in done.stdout


def test_an_article_is_shown_with_every_address_it_was_found_at(empty: Terminal) -> None:
    text = " ".join(f"On day {n} the agency told what Aurora had learned about the weather." for n in range(40))
    one, two = ({"url": f"https://{name}.example/aurora", "title": "Aurora", "text": text} for name in ("one", "two"))
    (empty.folder / "news.jsonl").write_text(f"{json.dumps(one)}\n{json.dumps(two)}\n")
    empty.here("ingest", "add", "news.jsonl")
    assert "1 copy" in empty.here("ingest", "run", "--once").err
    with empty.catalogue() as catalogue:
        (article_id,) = catalogue.articles.named([one["url"]])
    head = empty.here("ingest", "show", article_id).out.partition("\n\n")[0]
    assert head.splitlines()[-2:] == [one["url"], f"also at {two['url']}"]


def test_what_a_user_can_fix_is_reported_in_two_lines(empty: Terminal) -> None:
    assert is_told(empty.here("ingest", "status", code=2, FETCH_WORKERS="none"), "FETCH_WORKERS")
    assert is_told(empty.here("ingest", "fly", code=2), "wrong usage")
    assert is_told(empty.here("bot", "ask", code=2), "no question")
    assert is_told(empty.here("ingest", "show", "nothing", "--json", code=1), "no such article: nothing")
    assert is_told(empty.here("ingest", "add", "nowhere.md", code=1), "nowhere.md")
    assert empty.here("ingest", "sources", "--json").json == []


def test_a_run_fails_only_when_every_due_source_did(empty: Terminal) -> None:
    for name in ("one.md", "two.md"):
        (empty.folder / name).write_text(f"The text of {name}.")
    empty.here("ingest", "add", "one.md", "two.md")
    (empty.folder / "one.md").unlink()
    assert "error: cannot read" in empty.here("ingest", "run", "--once").err
    (empty.folder / "two.md").unlink()
    empty.here("ingest", "run", "--once", code=1)


ARTICLES = 600  # more than one transaction and two batches of the indexer


def many_articles(path: Path) -> None:
    with path.open("w") as file:
        for n in range(ARTICLES):
            text = f"Model {n} has {n * 7} parameters."
            row = {"url": f"https://example.org/{n}", "title": "News", "source": "Weekly", "text": text}
            file.write(json.dumps(row) + "\n")


def stored_and_indexed(terminal: Terminal) -> tuple[int, int]:
    with terminal.catalogue() as catalogue, catalogue.database.read() as connection:
        marked = chunks.c.indexed_in.is_not(None)
        return catalogue.articles.count(), connection.execute(select(func.count()).where(marked)).scalar_one()


@pytest.mark.parametrize("stage", ["storing", "indexing"])
def test_killed_at_any_moment_the_next_run_loses_nothing_and_has_nothing_twice(
    empty: Terminal, encoder: Encoder, stage: str
) -> None:
    many_articles(empty.folder / "news.jsonl")
    empty.here("ingest", "add", "news.jsonl")
    process = subprocess.Popen(
        empty.command(["ingest", "run", "--once"]),
        cwd=empty.folder,
        env=empty.environment({}),
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        stored, indexed = stored_and_indexed(empty)
        if stored > 0 if stage == "storing" else indexed > 0:
            process.kill()
            break
        time.sleep(0.01)
    assert process.wait() == -9
    stored, indexed = stored_and_indexed(empty)
    assert (stored if stage == "storing" else indexed) < ARTICLES
    empty.here("ingest", "run", "--once")
    with empty.catalogue() as catalogue:
        held, collection_id = catalogue.facts.get(COLLECTION), catalogue.facts.get(COLLECTION_ID)
        with catalogue.database.read() as connection:
            ids = list(connection.execute(select(chunks.c.id)).scalars())
            versions = list(connection.execute(select(article_versions.c.version)).scalars())
        assert versions == [1] * ARTICLES
        assert catalogue.backlog.count(collection_id) == 0
    index = VectorIndex.open(data_dir=empty.data, chroma_url="", collection=held, fingerprint=encoder.fingerprint)
    nearest = index.query(encoder.encode(["a model"])[0], 10 * ARTICLES)
    index.close()
    assert index.collection_id == collection_id
    assert sorted(chunk_id for chunk_id, _ in nearest) == sorted(ids)


def test_a_list_of_feeds_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    here, there = (Terminal(tmp_path, tmp_path / name) for name in ("here", "there"))
    assert here.here("ingest", "add", "starter").code == 0
    exported = here.here("ingest", "sources", "export")
    (tmp_path / "feeds.opml").write_text(exported.out)
    assert there.here("ingest", "add", "feeds.opml").code == 0
    assert there.here("ingest", "sources", "export").out == exported.out
