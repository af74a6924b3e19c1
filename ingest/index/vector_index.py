"""The vector index: chunk ids and unit vectors in, nearest chunk ids out. Chroma does the work, through `chroma`.

It holds only ids and vectors; texts, dates, scopes and the choice of collection belong to the catalogue. For an
embedded index the caller holds the owner's lock (see `owner_lock`); a server needs none.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np
import numpy.typing as npt

from ingest.embedding.fingerprint import ModelFingerprint
from ingest.errors import ModelMismatchError, VectorIndexError
from ingest.index.chroma import (
    PREFIX,
    REBUILD,
    Account,
    Folder,
    Place,
    Server,
    close,
    closing_on_error,
    create,
    find,
    index_errors,
    timed_out,
)

if TYPE_CHECKING:
    from ingest.index.chroma import Client, Collection

T = TypeVar("T")

FOLDER = "chroma"

ONCE_MORE = (0.0,)
"""For questions, which can be answered without the index: a server that was restarted has closed its connections."""
PAUSES_S = (0.0, 0.5, 1.0, 2.0, 4.0)
"""For writing: a server takes a second or two to start again."""
_FINGERPRINT = "fingerprint"
_PROBE = 2000  # twice hnsw:sync_threshold, the most vectors that Chroma keeps outside its index files


class VectorIndex:
    """One open collection. Safe to use from several threads.

    Attributes:
        name: the collection's name; the catalogue keeps it.
        collection_id: Chroma's id of it, never reused; indexed chunks are marked with it.
    """

    def __init__(self, client: Client, collection: Collection, place: Place) -> None:
        self.name = collection.name
        self.collection_id = str(collection.id)
        self._client = client
        self._collection = collection
        self._place = place
        self._batch = client.get_max_batch_size()

    @classmethod
    def open(
        cls,
        *,
        data_dir: Path,
        chroma_url: str,
        collection: str | None,
        fingerprint: ModelFingerprint,
        account: Account = Account(),  # noqa: B008 - it is frozen
    ) -> Self:
        """Open the collection of that name; if it is None or does not exist, create one with a new name.

        Args:
            data_dir: holds the embedded index; unused with `chroma_url`.
            chroma_url: address of a Chroma server, "" for the embedded one.
            fingerprint: the model whose vectors the index holds.
            account: whose collections of the server.

        Raises:
            ModelMismatchError: the collection holds vectors of another model.
            VectorIndexError: it is damaged, or the server cannot be reached.
            SettingsError: `chroma_url` is not an address.
        """
        place = Server(chroma_url, account) if chroma_url else Folder(data_dir / FOLDER)
        if collection and place.may_hold(collection):
            client = place.connect(collection)
            with closing_on_error(client), index_errors(place):
                if found := find(client, collection):
                    _refuse_other_model(found, fingerprint, place)
                    index = cls(client, found, place)
                    index._probe(fingerprint.dimensions)
                    return index
            close(client)
        name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
        client = place.connect(name)
        with closing_on_error(client), index_errors(place):
            return cls(client, create(client, name, {_FINGERPRINT: fingerprint.to_json()}), place)

    def upsert(self, ids: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Store `vectors` (len(ids), d) under `ids`, replacing older ones; durable when this returns.

        Raises:
            VectorIndexError: the disk is nearly full, or the store failed.
        """
        self._place.check_room()
        for start in range(0, len(ids), self._batch):
            part = slice(start, start + self._batch)
            self._try(partial(self._collection.upsert, ids=list(ids[part]), embeddings=vectors[part]), PAUSES_S)

    def query(self, vector: npt.NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest to `vector` (d,) as (chunk id, cosine), best first; fewer if there are fewer."""
        nearest = partial(self._collection.query, query_embeddings=vector[np.newaxis], n_results=k)
        found = self._try(partial(nearest, include=["distances"]), ONCE_MORE)
        distances = found["distances"] or [[]]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]

    def delete(self, ids: Sequence[str]) -> None:
        """Delete `ids`; unknown ones are ignored."""
        for start in range(0, len(ids), self._batch):
            self._try(partial(self._collection.delete, ids=list(ids[start : start + self._batch])), PAUSES_S)

    def count(self) -> int:
        """How many vectors the collection holds."""
        return self._try(self._collection.count, ONCE_MORE)

    def drop(self, name: str) -> None:
        """Remove another collection of this project that no process has open; unknown ones are ignored."""
        if name == self.name or not name.startswith(PREFIX) or Path(name).name != name:
            raise ValueError(f"not another collection of ours: {name}")
        with index_errors(self._place):
            self._place.drop(self._client, name)

    def drop_others(self) -> None:
        """Remove every other embedded collection, such as one left by a killed rebuild.

        On a server this does nothing: another deployment may keep its collections there.
        """
        self._place.drop_all_but(self.name)

    def close(self) -> None:
        """Release the folder or the connection."""
        close(self._client)

    def _try(self, call: Callable[[], T], pauses_s: Sequence[float]) -> T:
        """Repeat a call that failed in passing, after each of these pauses; every call may be repeated.

        The last failure is raised. A time-out is not repeated: it has taken long enough.
        """
        for pause_s in pauses_s:
            try:
                with index_errors(self._place):
                    return call()
            except VectorIndexError as error:
                if not error.retryable or timed_out(error):
                    raise
            time.sleep(pause_s)
        with index_errors(self._place):
            return call()

    def _probe(self, dimensions: int) -> None:
        """Search once, so that damage shows now and not on a question.

        Chroma treats missing index files as new ones and then finds only the few vectors outside of them.
        """
        anywhere = np.full(dimensions, dimensions**-0.5, dtype=np.float32)
        expected = min(self.count(), _PROBE)
        if expected and len(self.query(anywhere, expected)) < expected / 2:
            why = f"most vectors of {self.name} are missing"
            raise VectorIndexError("the index is damaged", str(self._place), why, hint=self._place.hint)


def _refuse_other_model(collection: Collection, fingerprint: ModelFingerprint, place: Place) -> None:
    found = str((collection.metadata or {}).get(_FINGERPRINT, ""))
    if found != fingerprint.to_json():
        why = f"it was built with {_told(found)}, the settings name {fingerprint}"
        hint = f"{REBUILD} Or set EMBEDDING_MODEL back."
        raise ModelMismatchError("the index belongs to another model", f"{place}/{collection.name}", why, hint=hint)


def _told(fingerprint: str) -> str:
    try:
        return str(ModelFingerprint.from_json(fingerprint))
    except ValueError:
        return "an unknown model"
