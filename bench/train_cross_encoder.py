"""Trains a small cross-encoder for RERANK_MODEL: `python bench/train_cross_encoder.py --data FOLDER --out DIR`.

FOLDER holds qa_public/: public questions, the passages found for them, and which of their sentences answer. The
packaged embedding model (all-MiniLM-L6-v2) gets a head with one score and learns to put the sentence that answers
before the others of its passages, each read in its context as the bot reads them (`reading.in_context`): softmax over
the sentences of a question (listwise, as ListNet does: Cao et al., 2007). Embeddings and the first three layers stay
as they are.

No news is among the questions. Validation is on sets that training does not see (covidqa and squad2s): the share of
questions whose best sentence answers. The last line is JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from sentence_transformers import CrossEncoder

import bench  # noqa: F401 - finds the packages of the repository
from bot.answering.retrieval.reading import in_context
from ingest.embedding.packaged_model import packaged_model_folder

TRAINED = ("nq", "selqa", "xquad", "quotesum", "nqg")
HELD_OUT = ("covidqa", "squad2s")
NEGATIVES = 5
AT_ONCE = 8
"""Questions in a step."""
TOKENS = 128
FROZEN = 3
RATE = 1.5e-4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with texts, of which the first answers."""

    question: str
    texts: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a small cross-encoder on public questions.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds qa_public/")
    parser.add_argument("--out", type=Path, required=True, help="where the model is written")
    parser.add_argument("--questions", type=int, default=6000, help="so many questions to train on (default 6000)")
    arguments = parser.parse_args()
    chance = random.Random(7)
    trained = sample(arguments.data, TRAINED, arguments.questions, chance)
    held_out = sample(arguments.data, HELD_OUT, 200, chance)
    encoder = CrossEncoder(str(packaged_model_folder()), num_labels=1, max_length=TOKENS, device="cpu")
    before = first_answers(encoder, held_out)
    seconds = train(encoder, trained)
    encoder.save_pretrained(str(arguments.out))
    after = first_answers(encoder, held_out)
    print(f"{'':<12}{'before':>8}{'after':>8}\nfirst answers {before:>6.3f}{after:>8.3f}  ({seconds:.0f} s)")
    print(json.dumps({"questions": len(trained), "first_before": before, "first_after": after}))


def sample(data: Path, names: Sequence[str], count: int, chance: random.Random) -> list[Asked]:
    """At most `count` questions of these sets, as many of each as there are."""
    sets = [list(read(data / "qa_public", name, chance)) for name in names]
    asked: list[Asked] = []
    for n, rows in enumerate(sorted(sets, key=len)):
        asked += chance.sample(rows, min(len(rows), (count - len(asked)) // (len(sets) - n)))
    chance.shuffle(asked)
    return asked


def read(folder: Path, name: str, chance: random.Random) -> Iterator[Asked]:
    """The answerable questions of a set, each with a sentence that answers and `NEGATIVES` that do not."""
    passages = {passage["id"]: passage for passage in lines(folder / f"{name}.passages.jsonl.gz")}
    for row in lines(folder / f"{name}.questions.jsonl.gz"):
        labels = {(int(p), int(s)): label for p, found in row["labels"].items() for s, label in found.items()}
        gold = [place for place, label in labels.items() if label == 1]
        if not gold:
            continue
        near = [(p, s) for p, _ in gold for s in range(len(passages[p]["sentences"])) if (p, s) not in labels]
        far = [(p, s) for p in row["candidates"] for s in range(len(passages[p]["sentences"])) if (p, s) not in labels]
        others = chance.sample(near, min(2, len(near)))
        others += chance.sample(far, min(NEGATIVES - len(others), len(far)))
        texts = [text_of(passages[p], s) for p, s in [chance.choice(gold), *others]]
        if len(texts) == NEGATIVES + 1:
            yield Asked(row["question"], tuple(texts))


def text_of(passage: dict[str, Any], sentence: int) -> str:
    before = passage["sentences"][sentence - 1] if sentence else ""
    return in_context(passage["title"], before, passage["sentences"][sentence])


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def train(encoder: CrossEncoder, asked: Sequence[Asked]) -> float:
    """One pass over the questions; returns its seconds."""
    model = cast(torch.nn.Module, encoder.model)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not (".embeddings." in name or any(f".layer.{n}." in name for n in range(FROZEN)))
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, RATE, weight_decay=0.01)
    steps = max(len(asked) // AT_ONCE, 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1, pct_start=0.1)
    started, lost = time.monotonic(), 0.0
    model.train()
    for step in range(steps):
        batch = asked[step * AT_ONCE : (step + 1) * AT_ONCE]
        loss = torch.nn.functional.cross_entropy(scores(encoder, batch), torch.zeros(len(batch), dtype=torch.long))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        lost = 0.98 * lost + 0.02 * float(loss.detach()) if step else float(loss.detach())
        if step % 25 == 0:
            print(f"step {step} of {steps}  loss {lost:.3f}  {time.monotonic() - started:.0f} s", flush=True)
    model.eval()
    return time.monotonic() - started


def scores(encoder: CrossEncoder, batch: Sequence[Asked]) -> torch.Tensor:
    """(questions, texts): the logit of each text."""
    pairs = [(one.question, text) for one in batch for text in one.texts]
    tokenizer, model = cast(Any, encoder.tokenizer), cast(Any, encoder.model)
    tokens = tokenizer(pairs, padding=True, truncation="only_second", max_length=TOKENS, return_tensors="pt")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits: torch.Tensor = model(**tokens).logits
    return logits.float().reshape(len(batch), NEGATIVES + 1)


def first_answers(encoder: CrossEncoder, asked: Sequence[Asked]) -> float:
    """The share of questions whose text that answers is put first."""
    cast(torch.nn.Module, encoder.model).eval()
    with torch.inference_mode():
        best = [int(scores(encoder, [one]).argmax()) for one in asked]
    return round(sum(place == 0 for place in best) / len(best), 3)


if __name__ == "__main__":
    main()
