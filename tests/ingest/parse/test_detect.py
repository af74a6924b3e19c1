"""Kinds of documents, and the feeds a page declares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.detect import DocumentKind, common_list_urls, detect, feed_links, is_article_page


@pytest.mark.parametrize(
    ("body", "content_type", "name", "kind"),
    [
        (b"%PDF-1.7\n", "text/html", "", DocumentKind.PDF),
        (b"<?xml version='1.0'?><rss version='2.0'>", "text/html", "", DocumentKind.FEED),
        (b"\xef\xbb\xbf\n<!-- hi --><feed xmlns='http://www.w3.org/2005/Atom'>", "", "", DocumentKind.FEED),
        (b"<?xml version='1.0'?><!DOCTYPE rss [<!ELEMENT a>]><rdf:RDF ", "", "", DocumentKind.FEED),
        (b'{"version": "https://jsonfeed.org/version/1.1"', "application/json", "", DocumentKind.FEED),
        (b"<!DOCTYPE html><p>An <rss> tag", "application/rss+xml", "", DocumentKind.PAGE),
        (b"<?xml version='1.0'?><!-- x --><html xmlns=", "application/xhtml+xml", "", DocumentKind.PAGE),
        (b"<p>bare", "text/html; charset=utf-8", "", DocumentKind.PAGE),
        (b"<p>bare", "", "page.HTM", DocumentKind.PAGE),
        (b"<broken", "application/atom+xml", "", DocumentKind.FEED),
        (b'{"url": "https://x.test/", "text": "a"}\n{', "", "", DocumentKind.JSONL),
        (b"", "", "a.jsonl", DocumentKind.JSONL),
        (b"# Notes", "", "notes.md", DocumentKind.TEXT),
        (b"just words", "text/plain", "", DocumentKind.TEXT),
        (b"", "", "", DocumentKind.TEXT),
        ("“Größe”".encode("utf-16"), "", "", DocumentKind.TEXT),
    ],
)
def test_the_bytes_tell_the_kind_and_the_headers_what_they_leave_open(
    body: bytes, content_type: str, name: str, kind: DocumentKind
) -> None:
    assert detect(body, content_type=content_type, name=name) is kind


def test_binary_files_are_refused() -> None:
    with pytest.raises(ParseError) as caught:
        detect(b"PK\x03\x04\x00\x00\x08\x00", name="a.zip")
    assert caught.value.kind is FailureKind.WRONG_TYPE


def test_a_head_full_of_comments_is_read_in_no_time() -> None:
    assert detect(b"<!---->" * 500 + b"<x") is DocumentKind.TEXT
    assert detect(b"<!DOCTYPE x[]>" * 250 + b"<!") is DocumentKind.TEXT


@given(st.binary(), st.sampled_from(["", "text/html", "application/xml", "text/plain"]))
def test_any_bytes_are_a_kind_or_refused(body: bytes, content_type: str) -> None:
    def outcome() -> DocumentKind | FailureKind:
        try:
            return detect(body, content_type=content_type)
        except ParseError as error:
            return error.kind

    assert outcome() in {*DocumentKind, FailureKind.WRONG_TYPE}


def test_a_page_declares_its_feeds_those_of_comments_last() -> None:
    page = b"""<html><head><base href="/blog/">
      <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
      <LINK REL="Alternate Home" TYPE="application/atom+xml; charset=utf-8" HREF="atom.xml">
      <link rel="alternate" type="application/feed+json" href="https://example.org/feed.json">
      <link rel="alternate" type="application/json" href="https://example.org/wp-json/wp/v2/pages/7">
      <link rel="alternate" type="application/json" href="https://example.org/feeds/1.json">
      <link rel="alternate" type="application/rss+xml" href="javascript:1">
      <link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" type="text/css" href="/a.css">"""
    assert feed_links(page, url="https://example.com/x") == (
        "https://example.com/blog/atom.xml",
        "https://example.org/feed.json",
        "https://example.org/feeds/1.json",
        "https://example.com/comments/feed",
    )
    assert feed_links(b"", url="https://example.com/") == ()


def test_feeds_are_guessed_on_the_same_host() -> None:
    guesses = common_list_urls("https://example.com/blog?x=1")
    assert "https://example.com/feed" in guesses
    assert all(guess.startswith("https://example.com/") for guess in guesses)


def test_an_article_page_is_distinguished_from_a_front_page() -> None:
    assert is_article_page(b'<html><head><meta property="og:type" content="article"></head>')
    assert not is_article_page(b'<html><head><meta property="og:type" content="website"></head>')
