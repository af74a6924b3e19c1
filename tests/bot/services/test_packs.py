"""Starter packs: those that come with the program are whole; a wrong file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.discord.messages import first_text
from bot.services.packs import PackService
from ingest.errors import SettingsError


def test_the_packs_that_come_with_the_program_fit_into_discords_messages() -> None:
    packs = PackService().all()
    assert [pack.name for pack in packs] == ["Labs", "Research", "Open models", "Policy", "Chips"]
    addresses = [feed.url for pack in packs for feed in pack.feeds]
    assert len(addresses) == len(set(addresses)), "each feed in one pack"
    for pack in packs:
        assert len(first_text.shown(pack)) <= 2_000
        assert all(feed.url in first_text.shown(pack) for feed in pack.feeds)


@pytest.mark.parametrize(
    "text", ["no toml", "[[pack]]\nname = 'a:b'", "[[pack]]\nname='a'\nfeeds=[{title='x',url='file:///x'}]"]
)
def test_a_wrong_file_is_told_by_the_name_of_its_setting(tmp_path: Path, text: str) -> None:
    path = tmp_path / "packs.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        PackService(path).all()
    assert caught.value.which == "PACKS_FILE"
