"""The pages as people see them, in a headless Chromium: on a phone, in light and dark, by keyboard, without scripts."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.publish.folder import write_site
from bot.publish.serving import SiteServer
from tests.bot.publish.digests import hostile_site, site_of, story
from tests.browser import CHROMIUM, Browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
PHONE, LEAST_CONTRAST = 390, 4.5
CONTRASTS = """
(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), told = [];
  while (walker.nextNode()) {
    const text = walker.currentNode, element = text.parentElement;
    if (!text.data.trim()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    told.push([(a + .05) / (b + .05), text.data.trim().slice(0, 40)]);
  }
  return told;
})()
"""
"""The contrast of each text with what is behind it (WCAG 2.2, relative luminance)."""


@asynccontextmanager
async def served(folder: Path, site: dict[str, str]) -> AsyncIterator[str]:
    write_site(folder, site)
    with SiteServer(folder, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}/"
        server.shutdown()


def kinds_of_pages(site: dict[str, str]) -> list[str]:
    """One page of each kind."""
    return [next(path for path in site if path.startswith(kind)) for kind in ("index", "weeks/", "stories/")]


async def test_every_page_fits_a_phone_and_can_be_read_in_light_and_dark(tmp_path: Path) -> None:
    site = hostile_site()
    async with served(tmp_path, site) as address, Browser.open() as browser:
        seen = set()
        for dark in (False, True):
            for path in kinds_of_pages(site):
                await browser.visit(address + path, width=PHONE, dark=dark)
                assert await browser.evaluate("document.documentElement.scrollWidth") <= PHONE, path
                contrasts = await browser.evaluate(CONTRASTS)
                assert len(contrasts) > 5
                assert min(contrasts)[0] >= LEAST_CONTRAST, min(contrasts)
                with Image.open(BytesIO(await browser.picture())) as picture:
                    assert picture.width == PHONE
                    seen.add((dark, picture.getpixel((5, 5))))
        assert len({corner for _, corner in seen}) == 2, "light and dark look the same"
        assert browser.troubles == []


async def test_nothing_of_an_article_runs_or_is_loaded(tmp_path: Path) -> None:
    site = hostile_site()
    async with served(tmp_path, site) as address, Browser.open() as browser:
        for path in kinds_of_pages(site):
            await browser.visit(address + path)
            assert await browser.evaluate("document.querySelectorAll('script, img, iframe, [onerror]').length") == 0
            loaded = await browser.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
            assert set(loaded) <= {address + "style.css"}


async def test_the_first_tab_offers_to_skip_and_every_link_can_be_reached_and_seen(tmp_path: Path) -> None:
    site = site_of(story(1), story(2))
    async with served(tmp_path, site) as address, Browser.open() as browser:
        await browser.visit(address + kinds_of_pages(site)[1], width=1000)
        reached = []
        for _ in range(await browser.evaluate("document.querySelectorAll('a').length")):
            await browser.press("Tab")
            told = "[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]"
            reached.append(await browser.evaluate(told))
            box = await browser.evaluate("document.activeElement.getBoundingClientRect().left")
            assert box >= 0
        assert reached[0][0] == "Skip to the content"
        assert {style for _, style in reached} == {"solid"}
        assert len(reached) == await browser.evaluate("document.querySelectorAll('a').length")


async def test_links_are_large_enough_for_fingers(tmp_path: Path) -> None:
    site = site_of(story(1), story(2))
    async with served(tmp_path, site) as address, Browser.open() as browser:
        for path in kinds_of_pages(site):
            await browser.visit(address + path, width=PHONE)
            heights = (
                "[...document.querySelectorAll('nav a, h2 a, .headlines a')].map(a => a.getBoundingClientRect().height)"
            )
            assert min(await browser.evaluate(heights), default=24) >= 24, path
