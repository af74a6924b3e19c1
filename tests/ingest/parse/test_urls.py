"""Addresses, canonical ones above all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.urls import LONGEST_ADDRESS, absolute_url, canonical_url, host_of, same_site

QUERY_PARTS = st.lists(
    st.one_of(
        st.sampled_from(["utm_source=x", "UTM_Medium=y", "fbclid=1", "gclid", "source=rss----abc", "ref_src=tw", ""]),
        st.from_regex(r"[a-z]{1,4}(=[a-z0-9%+]{0,4})?", fullmatch=True),
    )
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTP://Example.COM:80/a/../b#part", "http://example.com/b"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("  https://example.com/a b\n", "https://example.com/a%20b"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://example.com/?utm_source=rss&id=7&fbclid=z", "https://example.com/?id=7"),
        ("https://example.com/?utm_campaign=w", "https://example.com/"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/?b=2&a=1", "https://example.com/?b=2&a=1"),
        ("https://example.com/?ref=frontpage", "https://example.com/?ref=frontpage"),
        ("https://medium.com/p/1?source=rss----ab12---4", "https://medium.com/p/1"),
        ("https://example.com/?source=reuters", "https://example.com/?source=reuters"),
        ("https://example.com/a?amp", "https://example.com/a"),
        ("https://example.com/a?amp=1&id=2", "https://example.com/a?id=2"),
        ("https://example.com/a?outputType=amp", "https://example.com/a"),
        ("https://example.com/a?amp=20", "https://example.com/a?amp=20"),
        ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a?amp=1", "https://www.example.com/a"),
        ("https://example-com.cdn.ampproject.org/v/example.com/a", "http://example.com/a"),
        ("https://www.google.com/amp/s/www.example.com/a.html", "https://www.example.com/a.html"),
        ("https://www.google.com/amp/", "https://www.google.com/amp/"),
    ],
)
def test_addresses_of_one_page_become_one(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    "text",
    ["", "x", "/path", "//example.com", "ftp://example.com", "mailto:a@b.c", "javascript:1", "file:///etc/passwd",
     "http://", "http:// /", "http://a:b:c/", "http://example.com:99999/", "https://user@example.com/",
     "https://:secret@example.com/", "http://[::1", "http://\ud800.example/", "http://a\x00b/", "data:,x", "blob:http://x"],
)  # fmt: skip
def test_what_is_no_web_address_is_none(text: str) -> None:
    assert absolute_url(text) is None
    assert canonical_url(text) is None


def test_an_address_that_no_server_need_take_is_none_unless_it_is_long_by_its_tracking() -> None:
    page = "https://example.org/" + "a" * (LONGEST_ADDRESS - 20)
    assert absolute_url(page) == canonical_url(page) == page
    assert absolute_url(page + "a") is canonical_url(page + "a") is None
    assert canonical_url(f"{page}?utm_source={'b' * 3000}") == page


def test_links_are_read_on_their_page() -> None:
    page = "https://example.com/news/today?x=1"
    assert absolute_url("../feed.xml", page) == "https://example.com/feed.xml"
    assert absolute_url("//cdn.example.com/a", page) == "https://cdn.example.com/a"
    assert absolute_url("?p=2#c", page) == "https://example.com/news/today?p=2"
    assert absolute_url("javascript:void(0)", page) is None
    assert absolute_url("a", "no base") is None


@given(QUERY_PARTS)
def test_canonical_is_a_fixed_point_that_keeps_every_other_parameter_in_order(parts: list[str]) -> None:
    once = canonical_url("https://example.com/a?" + "&".join(parts))
    assert once is not None
    assert canonical_url(once) == once
    tracking = ("utm_", "UTM_", "fbclid", "gclid", "source=rss", "ref_src")
    assert once.partition("?")[2] == "&".join(part for part in parts if part and not part.startswith(tracking))


@given(st.text(), st.one_of(st.none(), st.text(), st.just("https://example.com/")))
def test_any_text_gives_an_address_or_none(text: str, base: str | None) -> None:
    url = canonical_url(text, base)
    assert url is None or (url.startswith(("http://", "https://")) and "#" not in url and canonical_url(url) == url)
    assert isinstance(host_of(text), str)
    assert isinstance(same_site(text, base or ""), bool)


def test_sites_are_distinguished_by_whole_names() -> None:
    assert same_site("https://www.example.com/a", "http://example.com/b")
    assert same_site("https://blog.example.com/", "https://example.com/")
    assert same_site("https://m.example.com/", "https://www.example.com/")
    assert not same_site("https://notexample.com/", "https://example.com/")
    assert not same_site("https://example.com.evil.test/", "https://example.com/")
    assert not same_site("nonsense", "nonsense")
    assert host_of("https://www.example.com/") == "example.com"
    assert host_of("https://m.com/") == "m.com"
