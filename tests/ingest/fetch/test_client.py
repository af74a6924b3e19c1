"""The fetcher against a real server that behaves, and one that does not."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.errors import FailureKind, FetchError
from ingest.fetch import Fetcher
from tests.servers.web import CERTIFICATE, Raw, Reply, Request, Response, WebServer, redirect

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def fetcher(web: WebServer) -> Iterator[Fetcher]:
    with Fetcher(allow_hosts=[web.host], timeout_s=5, max_bytes=100_000, max_redirects=4) as fetcher:
        yield fetcher


def failure(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    return caught.value


def test_a_document_comes_with_what_its_headers_say(web: WebServer, fetcher: Fetcher) -> None:
    headers = {"ETag": 'W/"7"', "Last-Modified": "Sun, 01 Nov 2026 00:00:00 GMT", "Cache-Control": "max-age=60"}
    web.on("/a", Reply(body="words", content_type="Text/HTML; Charset=ISO-8859-1", headers=headers))
    got = fetcher.fetch(web.url("/a#top"))
    assert (got.body, got.status, got.not_modified) == (b"words", 200, False)
    assert got.content_type == "text/html; charset=iso-8859-1"
    assert (got.etag, got.last_modified, got.max_age_s) == ('W/"7"', headers["Last-Modified"], 60.0)
    assert got.url == web.url("/a")
    assert got.permanent_url is None


def test_what_did_not_change_is_not_sent_again(web: WebServer, fetcher: Fetcher) -> None:
    def page(request: Request) -> Response:
        return Reply(304) if request.headers.get("if-none-match") == '"1"' else Reply(headers={"ETag": '"1"'}, body="x")

    web.on("/a", page)
    first = fetcher.fetch(web.url("/a"))
    again = fetcher.fetch(web.url("/a"), etag=first.etag, last_modified="Sun, 01 Nov 2026 00:00:00 GMT")
    assert (again.not_modified, again.body) == (True, b"")
    # The 304 named neither, so the next request has to know what was sent.
    assert (again.etag, again.last_modified) == ('"1"', "Sun, 01 Nov 2026 00:00:00 GMT")


def test_not_modified_is_no_answer_to_an_unconditional_request(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/a", Reply(304))
    assert failure(fetcher, web.url("/a")).kind is FailureKind.BAD_RESPONSE


def test_an_etag_cannot_smuggle_headers(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/a", Reply(body="x"))
    fetcher.fetch(web.url("/a"), etag='"1"\r\nX-Evil: 1')
    assert "x-evil" not in web.requests[0].headers
    assert "if-none-match" not in web.requests[0].headers


def test_compressed_and_chunked_bodies_come_whole(web: WebServer, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"word " * 1000)
    web.on("/a", Reply(body=[packed[:9], packed[9:]], headers={"Content-Encoding": "gzip"}))
    assert fetcher.fetch(web.url("/a")).body == b"word " * 1000


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False), ((307, 308), False)],
)
def test_a_move_is_permanent_when_every_step_is(
    web: WebServer, fetcher: Fetcher, statuses: tuple[int, ...], moved: bool
) -> None:
    for n, status in enumerate(statuses):
        web.on(f"/{n}", redirect(f"{n + 1}?a=b", status))
    web.on(f"/{len(statuses)}", Reply(body="here"))
    got = fetcher.fetch(web.url("/0"))
    end = web.url(f"/{len(statuses)}?a=b")
    assert (got.body, got.url, got.permanent_url) == (b"here", end, end if moved else None)


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("/a", FailureKind.TOO_MANY_REDIRECTS),
        ("/a?", FailureKind.NOT_FOUND),
        ("http://169.254.169.254/latest/meta-data", FailureKind.ADDRESS_REFUSED),
        ("http://[::ffff:7f00:1]/", FailureKind.ADDRESS_REFUSED),
        ("http://2130706433/", FailureKind.ADDRESS_REFUSED),
        ("http://0x7f.0.0.1/", FailureKind.ADDRESS_REFUSED),
        ("http://0177.1/", FailureKind.ADDRESS_REFUSED),
        ("http://localhost/", FailureKind.ADDRESS_REFUSED),
        ("file:///etc/passwd", FailureKind.BAD_REDIRECT),
        ("gopher://example.org/", FailureKind.BAD_REDIRECT),
        ("http://user:secret@example.org/", FailureKind.BAD_REDIRECT),
        ("http://", FailureKind.BAD_REDIRECT),
        ("", FailureKind.BAD_REDIRECT),
    ],
)
def test_a_redirect_is_checked_like_an_address(
    web: WebServer, fetcher: Fetcher, location: str, kind: FailureKind
) -> None:
    web.on("/a", lambda request: Reply(404) if request.query or "?" in location else redirect(location))
    assert failure(fetcher, web.url("/a")).kind is kind


def test_redirects_end(web: WebServer, fetcher: Fetcher) -> None:
    for n in range(9):
        web.on(f"/{n}", redirect(f"/{n + 1}"))
    assert failure(fetcher, web.url("/0")).kind is FailureKind.TOO_MANY_REDIRECTS
    assert len(web.requests) == 5


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "example.org", "", "http://", "http://a b/", "http://u:p@example.org/",
     "javascript:alert(1)", "http://\ud800/", "data:text/html,x"],
)  # fmt: skip
def test_only_web_addresses_are_fetched(fetcher: Fetcher, url: str) -> None:
    assert failure(fetcher, url).kind is FailureKind.BAD_URL


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
def test_without_an_exception_loopback_is_out_of_reach_by_any_name(web: WebServer, host: str) -> None:
    with Fetcher() as fetcher:
        error = failure(fetcher, web.url("/", host=host))
    assert error.kind is FailureKind.ADDRESS_REFUSED
    assert "INGEST_ALLOW_HOSTS" in error.hint
    assert web.requests == []


@pytest.mark.parametrize(
    ("allowed", "host", "reached"),
    [
        ("127.0.0.0/8", "127.0.0.1", True),
        ("127.0.0.0/8", "localhost", True),
        ("localhost", "localhost", True),
        ("localhost", "127.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "localhost", False),
        ("127.0.0.1:1", "127.0.0.1", False),
        ("10.0.0.0/8", "127.0.0.1", False),
    ],
)
def test_exceptions_are_as_narrow_as_they_are_written(web: WebServer, allowed: str, host: str, reached: bool) -> None:
    web.on("/", Reply(body="x"))
    with Fetcher(allow_hosts=[allowed]) as fetcher:
        if reached:
            assert fetcher.fetch(web.url("/", host=host)).body == b"x"
        else:
            assert failure(fetcher, web.url("/", host=host)).kind is FailureKind.ADDRESS_REFUSED


def test_proxies_of_the_environment_are_not_used(
    web: WebServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    web.on("/a", Reply(body="direct"))
    assert fetcher.fetch(web.url("/a")).body == b"direct"


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Raw([OK + b"Content-Length: 9\r\n\r\nhalf"]), FailureKind.RESET),
        (Raw([OK + b"Content-Length: 9\r\n\r\nhalf"], reset=True), FailureKind.RESET),
        (Raw([OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhal"]), FailureKind.RESET),
        (Raw([]), FailureKind.RESET),
        (Raw([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]), FailureKind.BAD_RESPONSE),
        (Raw([OK + b"Content-Length: nine\r\n\r\n"]), FailureKind.BAD_RESPONSE),
        (Raw([OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"]), FailureKind.BAD_RESPONSE),
        (Raw([OK, *[b"X-Filler: " + b"y" * 5000 + b"\r\n"] * 40]), FailureKind.BAD_RESPONSE),
        (Reply(body="not gzip", headers={"Content-Encoding": "gzip"}), FailureKind.BAD_RESPONSE),
        (Reply(body="x", headers={"Content-Encoding": "br"}), FailureKind.BAD_RESPONSE),
        (Reply(body=gzip.compress(bytes(101_000)), headers={"Content-Encoding": "gzip"}), FailureKind.TOO_LARGE),
        (Reply(body=b"x" * 100_001), FailureKind.TOO_LARGE),
        (Reply(body=[b"x" * 60_000, b"x" * 60_000]), FailureKind.TOO_LARGE),
        (Reply(body=b"\x89PNG", content_type="image/png"), FailureKind.WRONG_TYPE),
        (Reply(204), FailureKind.BAD_RESPONSE),
        (Reply(410), FailureKind.GONE),
    ],
)
def test_each_fault_has_its_kind(web: WebServer, fetcher: Fetcher, response: Response, kind: FailureKind) -> None:
    web.on("/a", response)
    assert failure(fetcher, web.url("/a")).kind is kind


def test_a_server_that_asks_for_time_is_heard(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/a", Reply(429, headers={"Retry-After": "90"}))
    error = failure(fetcher, web.url("/a"))
    assert (error.kind, error.retry_after_s, error.retryable) == (FailureKind.RATE_LIMITED, 90.0, True)


@pytest.mark.parametrize(
    "parts",
    [
        [OK + b"\r\n", *[b"x", 0.05] * 100],
        [*[OK[at : at + 1] for at in range(3)], *[b"A", 0.05] * 100],
        [OK, *[b"X: y\r\n", 0.05] * 100],
        [*[b"HTTP/1.1 100 Continue\r\n\r\n", 0.05] * 100],
        [5.0],
    ],
)
def test_the_time_bound_holds_for_the_whole_download_not_for_each_read(
    web: WebServer, parts: list[bytes | float]
) -> None:
    web.on("/a", Raw(parts))
    with Fetcher(allow_hosts=[web.host], timeout_s=0.3) as fetcher:
        assert failure(fetcher, web.url("/a")).kind is FailureKind.TIMEOUT


def test_the_time_bound_holds_over_redirects(web: WebServer) -> None:
    def slow(request: Request) -> Response:
        return Raw([0.12, b"HTTP/1.1 302 Found\r\nLocation: /" + request.path[1:].encode() + b"x\r\n\r\n"])

    for n in range(9):
        web.on("/a" + "x" * n, slow)
    with Fetcher(allow_hosts=[web.host], timeout_s=0.3) as fetcher:
        assert failure(fetcher, web.url("/a")).kind is FailureKind.TIMEOUT


def test_nobody_listening_and_no_such_name_are_distinguished(fetcher: Fetcher, web: WebServer) -> None:
    with WebServer() as closed:
        url, host = closed.url("/"), closed.host
    with Fetcher(allow_hosts=[host, "verbatim.invalid"], timeout_s=5) as fetcher:
        assert failure(fetcher, url).kind is FailureKind.CONNECT
        assert failure(fetcher, "http://verbatim.invalid/").kind is FailureKind.DNS


def test_an_idle_connection_that_the_server_closed_is_replaced(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/a", Raw([OK + b"Content-Length: 1\r\n\r\nx"]))  # promises to stay, then closes
    for _ in range(5):
        assert fetcher.fetch(web.url("/a")).body == b"x"


def test_many_threads_share_one_fetcher(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/a", lambda request: Reply(body=request.query))
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: fetcher.fetch(web.url(f"/a?{n}")).body, range(60)))
    assert bodies == [str(n).encode() for n in range(60)]


def test_https_is_verified_against_the_name_although_the_address_was_resolved_before() -> None:
    with WebServer(tls=True) as web, WebServer("127.0.0.2", tls=True) as misnamed:
        web.on("/", Reply(body="safe"))
        trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
        with Fetcher(allow_hosts=["127.0.0.0/8"], ssl_context=trusted) as fetcher:
            assert fetcher.fetch(web.url("/", host="localhost")).body == b"safe"
            assert failure(fetcher, misnamed.url("/")).kind is FailureKind.TLS
        with Fetcher(allow_hosts=["127.0.0.0/8"]) as fetcher:
            assert failure(fetcher, web.url("/", host="localhost")).kind is FailureKind.TLS
    with WebServer() as plain, Fetcher(allow_hosts=[plain.host], timeout_s=5) as fetcher:
        assert failure(fetcher, plain.url("/").replace("http:", "https:")).kind is FailureKind.TLS


def test_authorities_that_cannot_be_loaded_are_reported_and_not_retried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundles = iter([str(tmp_path / "gone.pem")])  # a second try would find none
    monkeypatch.setattr("certifi.where", lambda: next(bundles))
    with Fetcher(allow_hosts=["127.0.0.1"]) as fetcher:
        error = failure(fetcher, "https://127.0.0.1:9/")
    assert error.kind is FailureKind.TLS
    assert "gone.pem cannot be loaded: No such file" in error.why


def test_the_server_hears_its_own_name_and_who_asks(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/a", Reply(body="x"))
    fetcher.fetch(web.url("/a?b=c%20d"))
    request = web.requests[0]
    assert (request.headers["host"], request.query) == (web.host, "b=c%20d")
    assert request.headers["user-agent"].startswith("Verbatim/")
