"""Episodes, videos, releases and papers: each kind is told by its feed, read in its own way, and `why` says how."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind
from ingest.sources.models import SourceKind
from tests.ingest.reading.feeds import FEED, SITE, body
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer

PODCAST = "https://podcastindex.org/namespace/1.0"
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ada>The Lark engine\n\n00:02.000 --> 00:04.000\nruns at 3.2 watts.\n"
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def desk(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host,)) as opened:
        yield opened


def added(desk: ReadingDesk, address: str) -> SourceKind:
    (registered,) = desk.add(address)
    return registered.kind


# Podcasts


def podcast(*transcripts: str, namespace: str = PODCAST, description: str = "Ada tells of engines.") -> Reply:
    item = (
        "<item><title>Episode 1</title><guid isPermaLink='false'>e1</guid><link>/episodes/1</link>"
        f"<pubDate>Mon, 01 Jun 2026 08:00:00 +0000</pubDate><description>{description}</description>"
        f'<enclosure url="/1.mp3" type="audio/mpeg" length="1"/>{"".join(transcripts)}</item>'
    )
    channel = f"<title>Engine Talk</title><link>/</link><language>en-us</language>{item}"
    rss = f'<rss version="2.0" xmlns:podcast="{namespace}"><channel>{channel}</channel></rss>'
    return Reply(body=rss, content_type="application/rss+xml")


def transcript(path: str, media_type: str, language: str = "") -> str:
    spoken = f' language="{language}"' if language else ""
    return f'<podcast:transcript url="{path}" type="{media_type}"{spoken}/>'


@pytest.mark.parametrize(
    "namespace", [PODCAST, "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"]
)
def test_an_episode_is_what_is_said_in_it(desk: ReadingDesk, web: WebServer, namespace: str) -> None:
    web.on(FEED, podcast(transcript("/1.vtt", "text/vtt"), namespace=namespace))
    web.on("/1.vtt", Reply(body=VTT, content_type="text/vtt"))
    assert added(desk, web.url(FEED)) is SourceKind.PODCAST
    assert desk.outcomes() == {"new": 1}
    (article,) = desk.articles().values()
    assert article.text == "Ada: The Lark engine runs at 3.2 watts."
    assert (article.card.title, article.card.source) == ("Episode 1", "Engine Talk")
    assert article.card.url == web.url("/episodes/1")
    assert article.card.published_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert desk.detail(web.url("/episodes/1")) == ("new", "the transcript (text/vtt)")
    assert "/episodes/1" not in web.paths()


def test_of_several_transcripts_the_one_in_the_feeds_language_that_can_be_read_is_taken(
    desk: ReadingDesk, web: WebServer
) -> None:
    links = (
        transcript("/1.de.vtt", "text/vtt", "de"),
        transcript("/1.json", "application/json", "en"),
        transcript("/gone.vtt", "text/vtt", "en"),
    )
    web.on(FEED, podcast(*links))
    web.on("/1.json", Reply(body=json.dumps({"segments": [{"speaker": "Ada", "body": "It is done."}]})))
    added(desk, web.url(FEED))
    desk.read()
    assert desk.articles()["Episode 1"].text == "Ada: It is done."
    assert desk.detail(web.url("/episodes/1"))[1] == "the transcript (application/json)"


def test_without_a_readable_transcript_the_episode_is_read_as_any_entry_and_why_says_so(
    desk: ReadingDesk, web: WebServer
) -> None:
    web.on(FEED, podcast(transcript("/gone.vtt", "text/vtt"), description=body("engine")))
    added(desk, web.url(FEED))
    desk.read()
    assert desk.articles()["Episode 1"].text.startswith("On day 0 the engine")
    detail = desk.detail(web.url("/episodes/1"))[1]
    assert "no transcript, because" in detail
    assert "the feed's own text" in detail


def test_a_transcript_that_is_away_for_a_while_takes_the_place_of_the_notes_when_it_is_back(
    desk: ReadingDesk, web: WebServer
) -> None:
    web.on(FEED, podcast(transcript("/1.vtt", "text/vtt"), description=body("engine")))
    web.on("/1.vtt", Reply(503))
    added(desk, web.url(FEED))
    desk.read()
    web.on("/1.vtt", Reply(body=VTT, content_type="text/vtt"))
    desk.read()
    assert desk.articles()["Episode 1"].text.startswith("Ada: The Lark engine")


def test_a_transcript_at_a_private_address_is_not_fetched(desk: ReadingDesk, web: WebServer) -> None:
    with WebServer("127.0.0.2") as inside:
        inside.on("/secret.vtt", Reply(body=VTT, content_type="text/vtt"))
        web.on(FEED, podcast(transcript(inside.url("/secret.vtt"), "text/vtt"), description=body("engine")))
        added(desk, web.url(FEED))
        desk.read()
        assert inside.requests == []
    assert "no transcript, because" in desk.detail(web.url("/episodes/1"))[1]


def test_a_feed_that_was_added_as_a_plain_one_gets_its_kind_when_it_is_read(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, podcast(transcript("/1.vtt", "text/vtt")))
    web.on("/1.vtt", Reply(body=VTT, content_type="text/vtt"))
    desk.add(web.url(FEED), kind=SourceKind.FEED)
    desk.read()
    assert [source.kind for source in desk.catalogue.sources.all()] == [SourceKind.PODCAST]


# Videos


def videos(description: str = "How the Lark engine was made.\n\nSecond paragraph.") -> Reply:
    entry = (
        "<entry><id>yt:video:abcdefghijk</id><yt:videoId>abcdefghijk</yt:videoId><title>The Lark engine</title>"
        '<link rel="alternate" href="/watch?v=abcdefghijk"/><author><name>Engine Channel</name></author>'
        "<published>2026-06-01T08:00:00+00:00</published><updated>2026-06-02T08:00:00+00:00</updated><media:group>"
        "<media:title>The Lark engine</media:title><media:content url='/v/x' type='application/x-shockwave-flash'/>"
        f"<media:description>{description}</media:description><media:community><media:statistics views='7'/>"
        "</media:community></media:group></entry>"
    )
    feed = (
        '<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" '
        f'xmlns="http://www.w3.org/2005/Atom"><id>yt:channel:abc</id><title>Engine Channel</title>{entry}</feed>'
    )
    return Reply(body=feed, content_type="text/xml; charset=UTF-8")


def watch_page(*tracks: dict[str, str]) -> Reply:
    player = {"captions": {"playerCaptionsTracklistRenderer": {"captionTracks": list(tracks)}}}
    return Reply(body=f"<html><script>var ytInitialPlayerResponse = {json.dumps(player)};</script></html>")


def test_a_channels_page_leads_to_its_feed(desk: ReadingDesk, web: WebServer) -> None:
    feed = f"/feeds/videos.xml?channel_id={CHANNEL}"
    link = f'<link rel="alternate" type="application/rss+xml" title="RSS" href="{feed}">'
    web.on("/@engines", Reply(body=f"<html><head>{link}<title>Engines</title></head><body></body></html>"))
    web.on("/feeds/videos.xml", videos())
    (registered,) = desk.add(web.url("/@engines"))
    assert registered.address == web.url(feed)
    desk.read()
    assert [source.kind for source in desk.catalogue.sources.all()] == [SourceKind.YOUTUBE]


def test_a_video_is_its_description_and_its_public_captions(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, videos())
    web.on("/watch", watch_page({"baseUrl": "/api/timedtext?v=abcdefghijk", "languageCode": "en"}))
    web.on("/api/timedtext", Reply(body=VTT, content_type="text/vtt"))
    assert added(desk, web.url(FEED)) is SourceKind.YOUTUBE
    desk.read()
    article = desk.articles()["The Lark engine"]
    assert article.text == (
        "How the Lark engine was made.\n\nSecond paragraph.\n\nAda: The Lark engine runs at 3.2 watts."
    )
    assert article.card.source == "Engine Channel"
    assert desk.detail(web.url("/watch?v=abcdefghijk"))[1] == "the description and the captions"
    assert web.requests[-1].query.endswith("fmt=vtt")


@pytest.mark.parametrize(
    ("page", "captions", "why"),
    [
        (Reply(404), Reply(404), "there is nothing at this address"),
        (watch_page(), Reply(404), "its page names none"),
        (watch_page({"baseUrl": "/api/timedtext?v=a"}), Reply(body=""), "nothing is said in it"),
        (watch_page({"baseUrl": "https://elsewhere.example/t"}), Reply(404), "its page names none"),
    ],
)
def test_without_captions_a_video_is_its_description_and_why_says_so(
    desk: ReadingDesk, web: WebServer, page: Reply, captions: Reply, why: str
) -> None:
    web.on(FEED, videos())
    web.on("/watch", page)
    web.on("/api/timedtext", captions)
    added(desk, web.url(FEED))
    desk.read()
    assert desk.articles()["The Lark engine"].text == "How the Lark engine was made.\n\nSecond paragraph."
    detail = desk.detail(web.url("/watch?v=abcdefghijk"))[1]
    assert detail.startswith("the description, without captions, because")
    assert why in detail


def test_captions_that_robots_txt_excludes_are_not_read(desk: ReadingDesk, web: WebServer) -> None:
    web.on("/robots.txt", Reply(body="User-agent: *\nDisallow: /api/", content_type="text/plain"))
    web.on(FEED, videos())
    web.on("/watch", watch_page({"baseUrl": "/api/timedtext?v=a"}))
    added(desk, web.url(FEED))
    desk.read()
    assert "robots.txt asks not to be read" in desk.detail(web.url("/watch?v=abcdefghijk"))[1]
    assert "/api/timedtext" not in web.paths()


def test_a_video_without_words_is_left_out(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, videos(""))
    web.on("/watch", watch_page())
    added(desk, web.url(FEED))
    assert desk.outcomes() == {"left out": 1}


# Releases


def release(tag: str, title: str, notes: str, day: int = 1) -> str:
    return (
        f"<entry><id>tag:github.com,2008:Repository/155220641/{tag}</id><updated>2026-06-0{day}T08:00:00Z</updated>"
        f'<link rel="alternate" type="text/html" href="https://github.com/kestrel/lark/releases/tag/{tag}"/>'
        f'<title>{title}</title><content type="html">{notes}</content><author><name>ada</name></author></entry>'
    )


def releases(*entries: str) -> Reply:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">'
        "<id>tag:github.com,2008:https://github.com/kestrel/lark/releases</id><title>Release notes from lark</title>"
        f'<link type="text/html" rel="alternate" href="https://github.com/kestrel/lark/releases"/>{"".join(entries)}</feed>'
    )
    return Reply(body=feed, content_type="application/atom+xml; charset=utf-8")


def test_a_release_is_its_notes_named_after_its_repository(desk: ReadingDesk, web: WebServer) -> None:
    notes = escape("<h2>Faster</h2><p>Lark now runs at 3.2 watts.</p><ul><li>One fix</li></ul>")
    web.on(
        FEED,
        releases(
            release("v5.1.0-rc1", "v5.1.0-rc1", notes.replace("3.2", "3.1"), 3),
            release("v5.0.0", "Lark v5", notes, 2),
            release("v4.9.0", "v4.9.0", "No content."),
        ),
    )
    assert added(desk, web.url(FEED)) is SourceKind.RELEASES
    assert desk.outcomes() == {"new": 2, "left out": 1}
    articles = desk.articles()
    assert set(articles) == {"lark v5.1.0-rc1", "Lark v5"}
    assert "Lark now runs at 3.2 watts." in articles["Lark v5"].text
    assert articles["Lark v5"].card.published_at == datetime(2026, 6, 2, 8, tzinfo=UTC)
    pages = "https://github.com/kestrel/lark/releases/tag/"
    assert desk.detail(f"{pages}v5.0.0")[1] == "the release notes in the feed"
    assert desk.detail(f"{pages}v5.1.0-rc1")[1] == "the release notes in the feed; a pre-release by its tag"
    assert web.paths().count(FEED) == len(web.paths()), "no page is fetched"


def test_edited_notes_are_a_version_of_the_same_release(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, releases(release("v5.0.0", "v5.0.0", "Lark runs at 3.2 watts.")))
    added(desk, web.url(FEED))
    desk.read()
    web.on(FEED, releases(release("v5.0.0", "v5.0.0", "Lark runs at 3.4 watts.")))
    assert desk.outcomes() == {"changed": 1}
    assert desk.articles()["lark v5.0.0"].text == "Lark runs at 3.4 watts."


# Papers


def paper(
    version: int = 1, comment: str = "", abstract: str = "We measure\n  engines.", updated: str = "2026-06-02"
) -> str:
    said = f"<arxiv:comment>{comment}</arxiv:comment>" if comment else ""
    return (
        f"<entry><id>http://arxiv.org/abs/2606.01234v{version}</id><updated>{updated}T08:00:00Z</updated>"
        f"<published>2026-06-01T08:00:00Z</published><title>Measuring\n  engines</title><summary>{abstract}</summary>"
        f"<author><name>Ada Bergstr\u00f6m</name></author><author><name>Tom Fox</name></author>{said}"
        f'<link href="http://arxiv.org/abs/2606.01234v{version}" rel="alternate" type="text/html"/>'
        f'<link title="pdf" href="http://arxiv.org/pdf/2606.01234v{version}" rel="related" type="application/pdf"/>'
        '<arxiv:primary_category term="cs.CL"/><category term="cs.CL"/></entry>'
    )


def answer(*papers: str) -> Reply:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
        '<title type="html">ArXiv Query: search_query=cat:cs.CL&amp;amp;id_list=&amp;amp;start=0</title>'
        f"<id>http://arxiv.org/api/x</id><updated>2026-06-03T00:00:00Z</updated>{''.join(papers)}</feed>"
    )
    return Reply(body=feed, content_type="application/atom+xml")


def test_a_paper_is_its_abstract_and_comments_with_its_authors_and_date(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, answer(paper(comment="12 pages, to appear at\n  EngineConf 2026")))
    assert added(desk, web.url(FEED)) is SourceKind.ARXIV
    desk.read()
    article = desk.articles()["Measuring engines"]
    assert article.text == "We measure engines.\n\nComments: 12 pages, to appear at EngineConf 2026"
    assert (article.card.author, article.card.source) == ("Ada Bergstr\u00f6m, Tom Fox", "arXiv cs.CL")
    assert article.card.published_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert desk.detail("http://arxiv.org/abs/2606.01234v1")[1] == "the abstract in the feed"
    assert web.paths().count(FEED) == len(web.paths()), "no page is fetched"


def test_a_replacement_is_a_version_of_the_same_paper(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, answer(paper()))
    added(desk, web.url(FEED))
    desk.read()
    web.on(FEED, answer(paper(2, abstract="We measure all engines.", updated="2026-06-09")))
    assert desk.outcomes() == {"changed": 1}
    (article,) = desk.articles().values()
    assert article.text == "We measure all engines."


@pytest.mark.parametrize(
    ("comment", "abstract", "first"),
    [
        (
            "This paper has been withdrawn by the authors due to an error",
            "We measure.",
            "Comments: This paper has been",
        ),
        ("", "This paper has been withdrawn by the authors.", "This paper has been withdrawn"),
    ],
)
def test_a_withdrawal_is_told_first_and_in_why(
    desk: ReadingDesk, web: WebServer, comment: str, abstract: str, first: str
) -> None:
    web.on(FEED, answer(paper()))
    added(desk, web.url(FEED))
    desk.read()
    web.on(FEED, answer(paper(2, comment, abstract, "2026-06-09")))
    desk.read()
    assert desk.articles()["Measuring engines"].text.startswith(first)
    assert "withdrawn" in desk.detail("http://arxiv.org/abs/2606.01234v2")[1]


def test_a_paper_about_withdrawal_is_not_withdrawn(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, answer(paper(abstract="Troops were withdrawn. This paper studies models that were withdrawn.")))
    added(desk, web.url(FEED))
    desk.read()
    assert desk.detail("http://arxiv.org/abs/2606.01234v1")[1] == "the abstract in the feed"


def announced(kind: str, number: str = "2606.01234", version: int = 1) -> str:
    return (
        f"<item><title>Measuring engines {number}</title><link>https://arxiv.org/abs/{number}</link>"
        f"<description>arXiv:{number}v{version} Announce Type: {kind} \nAbstract: We measure {number}.</description>"
        f"<guid isPermaLink='false'>oai:arXiv.org:{number}v{version}</guid><category>cs.CL</category>"
        f"<pubDate>Tue, 02 Jun 2026 00:00:00 -0400</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>"
        "<dc:creator>Ada Bergstr\u00f6m, Tom Fox</dc:creator></item>"
    )


def listing(*items: str) -> Reply:
    spaces = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    channel = f"<title>cs.CL updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.CL</link>{''.join(items)}"
    return Reply(body=f'<rss {spaces} version="2.0"><channel>{channel}</channel></rss>', content_type="text/xml")


def test_what_a_daily_feed_announces_is_told_from_what_it_replaces(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, listing(announced("new"), announced("replace-cross", "2401.00042", 3)))
    assert added(desk, web.url(FEED)) is SourceKind.ARXIV
    desk.read()
    articles = desk.articles()
    new, replaced = articles["Measuring engines 2606.01234"], articles["Measuring engines 2401.00042"]
    assert new.text == "We measure 2606.01234."
    assert new.card.published_at == datetime(2026, 6, 2, 4, tzinfo=UTC)
    assert replaced.card.published_at is None, "a replacement is no news"
    assert "announced as replace-cross" in desk.detail("https://arxiv.org/abs/2401.00042")[1]
    web.on(FEED, listing(announced("replace", version=2)))
    desk.read()
    assert len(desk.articles()) == 2


def test_plain_feeds_stay_plain(desk: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, podcast(description=body("engine")))
    web.on(SITE, Reply(404))
    assert added(desk, web.url(FEED)) is SourceKind.FEED
    assert desk.failure() in (None, FailureKind.NOT_FOUND)
