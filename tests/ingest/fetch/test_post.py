"""Posting against a real server: once, to the public web only, and without telling the address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.errors import FailureKind
from ingest.fetch import Poster
from tests.servers.web import Raw, Reply, WebServer, redirect


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def poster(web: WebServer) -> Iterator[Poster]:
    with Poster(allow_hosts=[web.host], timeout_s=1) as poster:
        yield poster


def test_a_body_arrives_as_it_is_with_its_headers(web: WebServer, poster: Poster) -> None:
    web.on("/hook", Reply(204))
    posted = poster.post(web.url("/hook?wait=true"), b'{"a": 1}', {"Content-Type": "application/json"})
    assert posted.status == 204
    (request,) = web.requests
    assert (request.method, request.query, request.body) == ("POST", "wait=true", b'{"a": 1}')
    assert request.headers["content-type"] == "application/json"


def test_a_redirect_is_not_followed(web: WebServer, poster: Poster) -> None:
    web.on("/hook", redirect(web.url("/elsewhere"), 307))
    assert poster.post(web.url("/hook"), b"x", {}).status == 307
    assert web.paths() == ["/hook"]


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.1.2.3/x"]
)
def test_nothing_is_posted_to_a_private_address(poster: Poster, address: str) -> None:
    posted = poster.post(address, b"x", {})
    assert (posted.kind, posted.may_have_arrived) == (FailureKind.ADDRESS_REFUSED, False)


@pytest.mark.parametrize("address", ["http://example.org/x", "file:///etc/passwd", "x", "https://a:b@example.org/"])
def test_only_https_without_a_login_can_be_posted_to(poster: Poster, address: str) -> None:
    assert poster.why_not(address)
    assert poster.post(address, b"x", {}).kind is FailureKind.BAD_URL


def test_what_may_have_arrived_is_told_from_what_did_not(web: WebServer, poster: Poster) -> None:
    web.on("/cut", Raw(reset=True))
    web.on("/slow", Raw([3.0]))
    assert poster.post(web.url("/cut"), b"x", {}).may_have_arrived
    slow = poster.post(web.url("/slow"), b"x", {})
    assert (slow.kind, slow.may_have_arrived) == (FailureKind.TIMEOUT, True)
    with WebServer() as gone:
        closed = gone.url("/x")
    with Poster(allow_hosts=["127.0.0.1"]) as other:
        posted = other.post(closed, b"x", {})
    assert (posted.kind, posted.may_have_arrived) == (FailureKind.CONNECT, False)


def test_the_receivers_reason_is_read_up_to_a_bound_and_its_wish_to_wait(web: WebServer, poster: Poster) -> None:
    web.on("/hook", Reply(429, "no" * 5_000, "text/plain", {"Retry-After": "7"}))
    posted = poster.post(web.url("/hook"), b"x", {})
    assert (posted.status, posted.retry_after_s, len(posted.said)) == (429, 7.0, 2_000)


def test_a_request_that_was_cut_is_not_sent_again_by_itself(web: WebServer, poster: Poster) -> None:
    web.on("/ok", Reply(200))
    web.on("/cut", Raw(reset=True))
    poster.post(web.url("/ok"), b"x", {})
    poster.post(web.url("/cut"), b"x", {})
    assert web.paths() == ["/ok", "/cut"]


def test_no_reason_has_more_of_the_address_than_its_host(web: WebServer, poster: Poster) -> None:
    web.on("/secret-token", Raw(reset=True))
    for address in (web.url("/secret-token"), "https://10.0.0.1/secret-token", "http://example.org/secret-token"):
        assert "secret-token" not in repr(poster.post(address, b"x", {}))
