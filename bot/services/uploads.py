"""Files that people give as sources: in the data folder, each scope's apart, under cleaned names. Knows no Discord."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import AskersError
from bot.translation import _
from ingest.catalogue import Catalogue

FOLDER = "uploads"
"""In DATA_DIR."""
SUFFIXES = (".pdf", ".txt", ".md", ".markdown", ".html", ".htm")
MOST_BYTES = 20_000_000
"""Of one file."""
MOST_BYTES_OF_A_SCOPE = 200_000_000
_PREFIX = "upload:"
_STEM_CHARS, _DIGEST_CHARS = 60, 12
_FRESH = timedelta(hours=1)
"""A file that is younger may be on its way to be a source."""
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")


class UploadStore:
    """The uploaded files of all scopes.

    A file lies in a folder of its own, named after its bytes: the same file given twice is one source.
    """

    def __init__(self, data_dir: Path, catalogue: Catalogue) -> None:
        self._folder, self._catalogue = (data_dir / FOLDER).absolute(), catalogue

    def put(self, name: str, body: bytes, scope: str) -> Path:
        """Keep a file.

        Raises:
            AskersError: it is of another kind or too large, or the scope has too many.
        """
        path = self._path(name, body, scope)
        if len(body) > MOST_BYTES:
            raise too_large(name)
        if not path.exists() and self._used(scope) + len(body) > MOST_BYTES_OF_A_SCOPE:
            hint = _("Remove an uploaded file with /source remove.")
            raise AskersError(_("cannot keep"), path.name, _("there is no room for more files"), hint=hint)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return path

    def drop(self, address: str) -> None:
        """Delete a file that is no source any more; anything that was not uploaded is left alone."""
        path = Path(address)
        if shown_upload(address) and path.is_relative_to(self._folder):
            path.unlink(missing_ok=True)
            for empty in (path.parent, path.parent.parent):
                if empty.is_dir() and not any(empty.iterdir()):
                    empty.rmdir()

    def tidy(self, now: datetime) -> None:
        """Delete the files that no scope reads any more, such as those of a guild that was left."""
        read = {source.address for source in self._catalogue.sources.all()}
        for path in list(self._folder.rglob("*")):
            age = now.timestamp() - path.stat().st_mtime if path.is_file() else 0.0
            if age > _FRESH.total_seconds() and str(path) not in read:
                self.drop(str(path))

    def _path(self, name: str, body: bytes, scope: str) -> Path:
        suffix = Path(name).suffix.lower()
        if suffix not in SUFFIXES:
            hint = _("I read PDF, text, Markdown and HTML files, and lists of feeds (OPML).")
            raise AskersError(_("cannot read"), _clean(name) or _("the file"), _("it is of another kind"), hint=hint)
        digest = hashlib.sha256(body).hexdigest()[:_DIGEST_CHARS]
        return self._folder / _clean(scope) / digest / f"{_clean(Path(name).stem) or 'file'}{suffix}"

    def _used(self, scope: str) -> int:
        return sum(path.stat().st_size for path in (self._folder / _clean(scope)).rglob("*") if path.is_file())


def shown_upload(address: str) -> str:
    """An uploaded file as people see it, without the path: `upload:0123456789ab/report.pdf`; "" for anything else."""
    parts = Path(address).parts
    return f"{_PREFIX}{parts[-2]}/{parts[-1]}" if len(parts) > 3 and parts[-4] == FOLDER else ""


def too_large(name: str) -> AskersError:
    why = _("it has more than {n} MB").format(n=MOST_BYTES // 1_000_000)
    return AskersError(_("cannot keep"), _clean(name) or _("the file"), why, hint=_("Give a part of it."))


def _clean(text: str) -> str:
    """Letters, digits, `-` and `_` alone: no path, no dots, nothing that a shell or a message would read."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain)[:_STEM_CHARS].strip("-")
