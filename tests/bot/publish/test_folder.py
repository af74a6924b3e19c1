"""Files are replaced at once, only where they changed, and nothing of somebody else is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.publish.folder import LIST, Written, write_site
from ingest.errors import SettingsError, VerbatimError
from tests.bot.publish.digests import site_of, story

SITE = site_of(story(1), story(2))


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file() and p.name != LIST}


def test_a_second_time_nothing_is_rewritten(tmp_path: Path) -> None:
    assert write_site(tmp_path, SITE) == Written(len(SITE), 0, 0)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.html")}
    assert write_site(tmp_path, SITE) == Written(0, len(SITE), 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.html")} == before
    assert files(tmp_path) == SITE


def test_what_is_told_no_more_is_deleted_and_other_files_stay(tmp_path: Path) -> None:
    write_site(tmp_path, SITE)
    for name in ("robots.txt", "stories/notes.txt"):
        (tmp_path / name).write_text("mine")
    fewer = site_of(story(1))
    written = write_site(tmp_path, fewer)
    assert written.deleted == 3
    assert files(tmp_path) == fewer | {"robots.txt": "mine", "stories/notes.txt": "mine"}


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(SettingsError, match="not ours"):
        write_site(tmp_path, SITE)
    assert files(tmp_path) == {"index.html": "mine"}


@pytest.mark.parametrize("name", ["../outside.html", "/etc/passwd", "robots.txt", "stories/../../outside.html"])
def test_a_list_that_was_tampered_with_deletes_nothing_else(tmp_path: Path, name: str) -> None:
    folder, outside = tmp_path / "site", tmp_path / "outside.html"
    write_site(folder, SITE)
    outside.write_text("mine")
    (folder / "robots.txt").write_text("mine")
    (folder / LIST).write_text(json.dumps([name, 7, None]))
    assert write_site(folder, SITE).deleted == 0
    assert outside.exists()
    assert (folder / "robots.txt").exists()


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "site", tmp_path / "outside.txt"
    write_site(folder, SITE)
    outside.write_text("mine")
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(outside)
    write_site(folder, SITE)
    assert outside.read_text() == "mine"
    assert files(folder) == SITE


def test_a_write_that_was_interrupted_leaves_whole_files_and_is_finished_the_next_time(tmp_path: Path) -> None:
    write_site(tmp_path, site_of(story(1)))

    class Interrupted(dict[str, str]):
        def items(self):  # type: ignore[no-untyped-def]
            for n, pair in enumerate(super().items()):
                if n == 4:
                    raise KeyboardInterrupt
                yield pair

    with pytest.raises(KeyboardInterrupt):
        write_site(tmp_path, Interrupted(site_of(story(2))))
    assert all(text.endswith(("</html>\n", "</feed>\n", "}\n")) for text in files(tmp_path).values())
    write_site(tmp_path, SITE)
    assert files(tmp_path) == SITE


@pytest.mark.skipif(os.getuid() == 0 and not os.path.exists("/proc"), reason="needs a place that cannot be written")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VerbatimError, match="cannot publish"):
        write_site(tmp_path / "file" / "site", SITE)
