"""What a person does on a page: handed to the desk, refused in words, and heard by its number."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("nicegui", reason="nicegui is not installed (extra `studio`)")

from indexcalc.studio.links import from_link
from indexcalc.studio.page.page import Page
from indexcalc.studio.text.reading import read
from tests.unit.studio.page.test_shown_parts import sent, with_page
from tests.unit.studio.three_lines import RULE


async def do(page: Page, **what: Any) -> None:
    await page._did(SimpleNamespace(args=what))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "what", [{}, {"do": "no such thing"}, {"do": ["lever"]}, {"do": "lever", "place": "1"}, None, 7]
)
def test_what_no_page_of_ours_sends_is_not_done(tmp_path: Path, what: Any) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        await page._did(SimpleNamespace(args=what))  # type: ignore[arg-type]
        assert page.desk.session.text == RULE
        assert sent(calls, "note") == []

    with_page(tmp_path, work)


def test_what_was_heard_is_the_largest_number(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        for number in (3, 5, 4, "9", None):
            await do(page, do="tab", tab="reviews", number=number)
        assert page.heard == 5

    with_page(tmp_path, work)


def test_a_rule_that_is_not_in_the_folders_is_refused_in_words(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        for value in ("../../etc/passwd", "gone", None):
            await do(page, do="open", value=value)
        notes = sent(calls, "note")
        assert [kind for _, kind in notes] == ["warning"] * 3
        assert "there is no rule `gone`" in notes[1][0]
        await do(page, do="baseline", value="gone")
        assert page.desk.session.baseline == ""
        assert not any("location.assign" in call for call in calls)
        await do(page, do="open", value="test")
        (went,) = [call for call in calls if "location.assign" in call]
        assert from_link(went.split("?s=")[1].rstrip("')")).rule == "test"

    with_page(tmp_path, work)


def test_the_other_language_and_the_link_open_the_same_state(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        page.desk.session.text = RULE + "# mine\n"
        await do(page, do="take", what="link")
        ((query, said),) = sent([call.replace("'", '"') for call in calls], "copy")
        assert from_link(query.removeprefix("?s=")).text == RULE + "# mine\n"
        assert said == "link copied"
        await do(page, do="language")
        state = from_link(calls[-1].split("?s=")[1].rstrip("')"))
        assert (state.language, state.text) == ("ko", RULE + "# mine\n")

    with_page(tmp_path, work)


def test_a_state_too_long_for_a_link_is_said(tmp_path: Path) -> None:
    import random

    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=60_000))

    async def work(page: Page, calls: list[str]) -> None:
        page.desk.session.text = RULE + "# " + noise
        await do(page, do="take", what="link")
        ((text, kind),) = sent(calls, "note")
        assert (text, kind) == ("the text is too long for a link: save the rule", "warning")

    with_page(tmp_path, work)


def test_the_line_of_the_cursor_lights_its_clause_and_says_what_its_key_means(
    tmp_path: Path,
) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        await do(page, do="cursor", line=9)
        assert sent(calls, "light") == []
        page.desk.reading = read(RULE, page.desk.file.path)
        line = RULE[: RULE.index("limit")].count("\n") + 1
        for _ in range(2):
            await do(page, do="cursor", line=line)
        # Once: it is lit already.
        ((path,),) = sent(calls, "light")
        assert path.startswith("weighting.caps[0]")
        help_line = page.frame.parts["help"]  # type: ignore[attr-defined]
        assert "weighting.caps[0]" in help_line

    with_page(tmp_path, work)


def test_a_line_that_only_another_file_says_has_no_help_here(tmp_path: Path) -> None:
    """The third line of the base says its currency; that of the variant is a comment."""
    (tmp_path / "other.yaml").write_text("index: other\n#\n" + RULE.partition("\n")[2], "utf-8")
    variant = "index: test\nvariant_of: other\n# a word\nname: {en: A test}\n"

    async def work(page: Page, calls: list[str]) -> None:
        page.desk.reading = read(variant, page.desk.file.path)
        assert page.desk.reading.rule is not None
        assert page.desk.reading.rule.line_of("currency") == 3
        await do(page, do="cursor", line=4)
        assert "name" in page.frame.parts["help"]  # type: ignore[attr-defined]
        await do(page, do="cursor", line=3)
        assert page.frame.parts["help"] == "&nbsp;"  # type: ignore[attr-defined]

    with_page(tmp_path, work)


def test_saved_is_told_and_a_file_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        page.desk.session.text = RULE + "# mine\n"
        await do(page, do="save")
        assert (tmp_path / "test.yaml").read_text("utf-8") == RULE + "# mine\n"
        (tmp_path / "test.yaml").write_text("of another", "utf-8")
        page.desk.session.text = RULE
        await do(page, do="save")
        assert (tmp_path / "test.yaml").read_text("utf-8") == "of another"
        notes = sent(calls, "note")
        assert notes[0] == ["saved as test.yaml", "info"]
        assert notes[1][1] == "warning"
        await asyncio.sleep(0)

    with_page(tmp_path, work)
