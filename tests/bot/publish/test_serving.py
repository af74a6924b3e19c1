"""The site on loopback: its files alone, to nobody's pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest

from bot.publish.folder import LIST, write_site
from bot.publish.serving import SiteServer
from tests.bot.publish.digests import site_of, story


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, site_of(story(1)))
    (folder.parent / "secret.txt").write_text("secret")
    with SiteServer(folder, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/feed.xml", "application/atom+xml"),
        ("/feed.json", "application/feed+json"),
        ("/style.css", "text/css"),
    ],
)
def test_files_come_with_their_kinds_and_a_strict_policy(address: str, path: str, kind: str) -> None:
    said = httpx.get(address + path)
    assert said.status_code == 200
    assert said.headers["content-type"].startswith(kind)
    assert "default-src 'none'" in said.headers["content-security-policy"]
    assert said.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/weeks/", "/stories/", f"/{LIST}", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2everbatim-site.json", "/none"],
)
def test_nothing_else_is_served(address: str, path: str) -> None:
    assert httpx.get(address + path).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "localhost.evil.example"])
def test_requests_that_name_another_host_are_refused(address: str, host: str) -> None:
    assert httpx.get(address, headers={"Host": host}).status_code == 421
