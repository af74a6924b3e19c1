"""Where Chroma keeps a collection (a folder or a server), and its errors. The only file that imports Chroma.

Embedded, each collection has a folder of its own. Chroma gives no disk space back when a collection is deleted, and a
damaged folder takes all its collections with it; so a rebuild writes a new folder and then removes the old one.

Chroma is imported when the first collection is opened: 0.7 s, of which 0.2 s is OpenTelemetry's exporter, which it
always imports although nothing is exported.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ingest.errors import SettingsError, VectorIndexError

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client as Client
    from chromadb.api.models.Collection import Collection as Collection
    from chromadb.config import Settings

_EF_SEARCH = 400  # recall at 20k clustered vectors: k=50 .997, k=200 .87, 5 ms; with Chroma's 100: .984, .75, 2 ms

TIMEOUT_S = 20.0
"""Time limit for one step of a request to a Chroma server. Answers take milliseconds, a large upsert seconds."""
LEAST_FREE = 200_000_000
"""Free disk space below which nothing is added, in bytes. On a full disk Chroma 1.5 loses vectors without a word."""
_KEY_HEADER = "x-chroma-token"
PREFIX = "verbatim-"
REBUILD = "Run `python -m ingest rebuild`: it writes the index anew from the catalogue."


def load_chroma() -> None:
    """Import Chroma now, for a process that will need it and has nothing else to do."""
    import chromadb  # noqa: F401


class Folder:
    """Chroma embedded in this process, each collection in a folder of its own under `root`."""

    hint = REBUILD

    def __init__(self, root: Path) -> None:
        self._root = root

    def __str__(self) -> str:
        return str(self._root)

    def may_hold(self, name: str) -> bool:
        return (self._root / name).is_dir()

    def connect(self, name: str) -> Client:
        import chromadb

        with _any_failure("cannot open the index", self):
            return cast("Client", chromadb.PersistentClient(self._root / name, _settings()))

    def check_room(self) -> None:
        """Raises VectorIndexError: the disk is nearly full."""
        free = shutil.disk_usage(self._root).free
        if free < LEAST_FREE:
            why = f"{free // 1_000_000:,} MB of its disk are free, which is too few to write safely"
            hint = f"Make room; with {LEAST_FREE // 1_000_000} MB free it goes on by itself."
            raise VectorIndexError("the disk is full", str(self), why, hint=hint, retryable=True)

    def drop(self, client: Client, name: str) -> None:
        shutil.rmtree(self._root / name, ignore_errors=True)

    def drop_all_but(self, name: str) -> None:
        for path in self._root.glob(f"{PREFIX}*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose collections of a server, and how to be let in. Empty: the server's defaults, and no key.

    Attributes:
        api_key: sent as `x-chroma-token`, as Chroma Cloud takes it (chromadb, `CloudClient`).
        timeout_s: time limit for one step of a request, in seconds; None: `TIMEOUT_S`.
    """

    tenant: str = ""
    database: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {_KEY_HEADER: self.api_key} if self.api_key else {}


class Server:
    """A Chroma server or Chroma Cloud, which other programs may use too."""

    hint = (
        "Is the Chroma server running (`chroma run`), is CHROMA_URL its address, and do CHROMA_TENANT, CHROMA_DATABASE "
        "and CHROMA_API_KEY fit it?"
    )

    def __init__(self, url: str, account: Account = Account()) -> None:
        if not url.startswith(("http://", "https://")):
            hint = "Set CHROMA_URL to an address such as http://localhost:8000, or leave it empty."
            raise SettingsError("wrong setting", "CHROMA_URL", f"{url} is not an http address", hint=hint)
        self._url = url
        self._account = account

    def __str__(self) -> str:
        return self._url

    def may_hold(self, name: str) -> bool:
        return True

    def connect(self, name: str) -> Client:
        import chromadb
        import httpx
        from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT

        # Chroma's client has no time-outs and no setting for them, and asks its server several things before it is
        # can be given any: so a hanging server is detected beforehand.
        timeout_s = self._account.timeout_s or TIMEOUT_S
        with _any_failure("cannot reach the Chroma server", self, retryable=True):
            alive = httpx.get(f"{self._url}/api/v2/heartbeat", headers=self._account.headers, timeout=timeout_s)
            alive.raise_for_status()
            made = chromadb.HttpClient(
                self._url,
                headers=self._account.headers,
                settings=_settings(),
                tenant=self._account.tenant or DEFAULT_TENANT,
                database=self._account.database or DEFAULT_DATABASE,
            )
            client = cast("Client", made)
            for session in _sessions(client):
                session.timeout = httpx.Timeout(timeout_s)
        return client

    def check_room(self) -> None:
        """Its disk is its own business."""

    def drop(self, client: Client, name: str) -> None:
        if find(client, name):
            client.delete_collection(name)

    def drop_all_but(self, name: str) -> None:
        pass  # anything we do not recognise is not ours to delete


Place = Folder | Server


def _settings() -> Settings:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


@contextmanager
def _any_failure(what: str, place: Place, *, retryable: bool = False) -> Iterator[None]:
    """For connecting: Chroma raises many kinds of exceptions that all mean that it cannot be used."""
    try:
        yield
    except Exception as error:
        raise VectorIndexError(what, str(place), _first_line(error), hint=place.hint, retryable=retryable) from error


@contextmanager
def index_errors(place: Place) -> Iterator[None]:
    """Turn failures of the store into VectorIndexError; errors from wrong arguments are our bugs and are left alone."""
    import httpx
    from chromadb import errors

    try:
        yield
    except (errors.DuplicateIDError, errors.InvalidArgumentError, errors.InvalidDimensionException):
        raise
    except Exception as error:
        # Error responses that Chroma does not know arrive as a bare Exception.
        if not isinstance(error, errors.ChromaError | httpx.HTTPError) and type(error) is not Exception:
            raise
        retryable = not isinstance(error, errors.ChromaError)
        why = _first_line(error)
        raise VectorIndexError("the index failed", str(place), why, hint=place.hint, retryable=retryable) from error


def timed_out(error: VectorIndexError) -> bool:
    """Whether the server did not answer in time."""
    import httpx

    return isinstance(error.__cause__, httpx.TimeoutException)


@contextmanager
def closing_on_error(client: Client) -> Iterator[None]:
    """Yield `client`; close it if the block fails."""
    try:
        yield
    except BaseException:
        close(client)
        raise


def close(client: Client) -> None:
    """Release the folder or the connections; Chroma's own close leaves HTTP connections open (its issue 4293)."""
    sessions = _sessions(client)
    client.close()
    for session in sessions:
        session.close()


def _sessions(client: Client) -> list[httpx.Client]:
    """The HTTP clients inside a server's client; none for an embedded one."""
    servers = (client._server, client._admin_client._server)  # type: ignore[attr-defined]
    return [session for server in servers if (session := getattr(server, "_session", None)) is not None]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def find(client: Client, name: str) -> Collection | None:
    """The collection of that name, or None."""
    from chromadb.errors import NotFoundError

    try:
        return client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return None


def create(client: Client, name: str, metadata: dict[str, str]) -> Collection:
    """A new, empty collection in cosine space, for precomputed vectors."""
    return client.create_collection(
        name,
        embedding_function=None,  # Chroma's default one would download a model
        metadata=metadata,
        configuration={"hnsw": {"space": "cosine", "ef_search": _EF_SEARCH}},
    )
