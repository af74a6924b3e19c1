"""A language model that finds nothing in what was found may have the articles searched for other words, once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.answering.answerer import READ, Answerer
from bot.answering.models import Answer, Question, Status
from bot.llm.openai_model import OpenAIModel
from ingest.wiring import Corpus
from tests.bot.answering.news import ASKED_AT, holds, ingested
from tests.servers.openai import ChatRequest, OpenAIServer, Reply

TOLD = "Mistral opened an office in Lisbon with forty engineers."
QUESTION = "Which start-up from Paris has an outpost abroad?"
ARTICLES = {"office": ("Mistral in Lisbon", TOLD)} | {
    f"start-up-{n}": (
        f"A start-up from Paris, part {n}",
        f"The start-up number {n} from Paris has {n} people at work now.",
    )
    for n in range(2 * READ)
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with ingested(tmp_path_factory.mktemp("news"), ARTICLES, {}) as opened:
        yield opened


def answered(corpus: Corpus, search: str) -> tuple[Answer, list[ChatRequest]]:
    """The answer of a model that knows the sentence when it reads it, and else asks for this search."""
    found = {"text": TOLD, "evidence": [], "words": TOLD}

    def model(request: ChatRequest) -> Reply:
        return Reply(json.dumps({"statements": [found] if TOLD in request.text else [], "search": search}))

    with OpenAIServer(model) as server:
        client = OpenAIModel("loopback-model", api_key=server.api_key, base_url=server.base_url)
        answer = Answerer(corpus.catalogue, corpus.search, client).answer(Question(QUESTION, ASKED_AT))
        client.close()
    assert holds(answer, corpus.catalogue)
    return answer, server.requests


def test_what_the_model_would_search_for_is_searched_for_and_read(corpus: Corpus) -> None:
    answer, requests = answered(corpus, "Mistral office Lisbon engineers")
    assert (answer.status, len(requests)) == (Status.ANSWERED, 2)
    assert [quote.text for quote in answer.quotes] == [TOLD]


@pytest.mark.parametrize("search", ["", "start-up from Paris people at work now", "lasagna " * 100])
def test_no_search_and_one_that_brings_nothing_leave_the_question_unanswered(corpus: Corpus, search: str) -> None:
    answer, requests = answered(corpus, search)
    assert not answer.statements
    assert len(requests) <= 2
