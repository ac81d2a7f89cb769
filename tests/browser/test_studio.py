"""The studio played as a person, in a browser: every figure on the page is the API's."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.studio.view.render import number, said
from tests.browser.studio_edits import edited
from tests.browser.studio_server import RULE, Person, Studio, made_market, running

pytestmark = pytest.mark.slow

CAP = "weighting.caps[0].limit"
THOROUGH = os.environ.get("INDEXCALC_HYPOTHESIS") == "thorough"
CURSOR = "studio.view.state.doc.lineAt(studio.view.state.selection.main.head)"
FIGURES = (
    "level_last",
    "total_return",
    "annual_return",
    "volatility",
    "largest_weight_last",
    "effective_number_last",
    "turnover_a_year",
)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("nicegui") is None:
        pytest.skip("nicegui is not installed (extra `studio`)")
    return made_market(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="module")
def studio(
    market: Path, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "mine.yaml").write_text(RULE, "utf-8")
    with running(folder, market) as found:
        yield found
    assert found.complaints() == ""


@pytest.fixture
def person(studio: Studio, browser: Any) -> Iterator[Person]:
    (studio.rules / "mine.yaml").write_text(RULE, "utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield (found := Person(context, studio))
    context.close()
    assert found.said == []
    own = studio.address.split("/")[2]
    outside = [url for url in found.asked if url.split("/")[2:3] not in ([own], [""])]
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []


def summary(text: str, market: Path, cap: str = "") -> dict[str, str]:
    """The figures of `simulate` as the page writes them: of the rule as written, or under a cap."""
    rule = ic.Methodology.from_text(text)
    swept = ic.simulate_caps(rule, market, caps=[cap] if cap else None)
    row = swept.summary.to_pylist()[0]
    return {name: number(name, row[name]) for name in FIGURES}


def shown(person: Person) -> dict[str, str]:
    figures = person.figures()
    return {name: figures[name] for name in FIGURES}


def test_the_page_opens_with_the_figures_and_members_of_the_api(
    person: Person, market: Path
) -> None:
    person.open()
    assert shown(person) == summary(RULE, market)
    assert person.figures()["tracking_error"] == number("tracking_error", 0.0)
    run = ic.compute(ic.Methodology.from_text(RULE), market)
    rows = run.constituents.to_pylist()
    last = max(row["effective_date"] for row in rows)
    wanted = {
        row["symbol"]: (
            number("weight", row["weight"]),
            number("capping_factor", row["capping_factor"]),
        )
        for row in rows
        if row["effective_date"] == last
    }
    assert {row[1]: (row[2], row[4]) for row in person.rows()} == wanted
    assert "synthetic" in person.page.inner_text(".title")


@pytest.mark.parametrize(
    ("old", "new", "code", "marked", "way_out"),
    [
        ("limit: 30%", "limit: 30", "RUL006", "30", "30%"),
        ("  scheme: market_cap", "  sheme: market_cap", "RUL001", "sheme", "scheme"),
        ("cutoff: last session", "cutoff: lst session", "DTE004", "lst session 1 month before", ""),
        ("over: 3 calendar months", "over: 3 moons", "RUL007", "3 moons", "calendar months"),
        ("limit: 30%}", "limit: 30%", "YML005", "", "brackets"),
    ],
)
def test_a_broken_rule_says_where_and_the_way_out(
    person: Person, old: str, new: str, code: str, marked: str, way_out: str
) -> None:
    person.open()
    person.change(old, new)
    findings = person.findings()
    told = [text for text in findings if code in text]
    assert told, findings
    assert way_out in told[0]
    if marked:
        assert marked in person.marked()
    person.page.click(f".marks li:has-text('{code}') button")
    line = person.page.evaluate(CURSOR + ".text")
    assert new.split("\n")[0].strip() in line or code == "YML005"
    person.change(new, old)
    assert person.findings() == []
    assert person.marked() == []
    person.rested()


def test_dragging_the_cap_shows_the_figures_of_simulate(person: Person, market: Path) -> None:
    person.open()
    person.page.wait_for_function("document.body.dataset.drags === 'true'", timeout=60_000)
    person.drag(CAP, 9)
    person.rested()
    assert person.page.inner_text("#lever-0-value") == "10%"
    wanted = summary(RULE, market, "10%")
    assert shown(person) == wanted
    assert person.text() == RULE
    rule = ic.Methodology.from_text(RULE)
    levels = {name: ic.simulate_caps(rule, market, caps=[name]).levels for name in ("10%", "30%")}
    first, second = (levels[name].filter(_is(levels[name], name)) for name in ("10%", "30%"))
    error = _tracking_error(first, second)
    assert person.figures()["tracking_error"] == number("tracking_error", error)
    person.page.click("#write")
    person.rested()
    assert person.text() == RULE.replace("limit: 30%", "limit: 10%")
    assert shown(person) == wanted
    person.page.click("#undo")
    person.page.click("#undo")
    person.rested()
    assert person.text() == RULE
    assert shown(person) == summary(RULE, market)


# A step of a lever, and the figures before anything else can happen on the page; `typed`: after an edit.
STEP = """([lever, place, typed]) => {
  const slider = document.querySelector(`input[data-lever='${lever}']`);
  if (typed) studio.view.dispatch({ changes: { from: 0, insert: typed } });
  slider.value = place;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  const figures = [...document.querySelectorAll("[data-figure]")];
  return Object.fromEntries(figures.map((each) => [each.dataset.figure, each.innerText]));
}"""


def test_a_step_of_the_cap_waits_for_nothing(person: Person, market: Path) -> None:
    """The figures of every cap are on the page before it is dragged, and hold for this very text alone."""
    person.open()
    person.page.wait_for_function("document.body.dataset.drags === 'true'", timeout=60_000)
    at_once = person.page.evaluate(STEP, [CAP, 11, ""])
    assert {name: at_once[name] for name in FIGURES} == summary(RULE, market, "12%")
    assert person.page.inner_text("#lever-0-value") == "12%"
    person.rested()
    assert person.figures() == at_once
    # Of another text nothing is known yet: the server says what it makes.
    unread = person.page.evaluate(STEP, [CAP, 8, "# a word\n"])
    assert unread == at_once
    person.rested()
    assert shown(person) == summary(RULE, market, "9%")


def _is(table: Any, cap: str) -> Any:
    from indexcalc.market import arrow

    return arrow.from_bools([value == cap for value in table.column("cap").to_pylist()])


def _tracking_error(first: Any, second: Any) -> float:
    """By hand: the deviation of the daily differences, 252 a year."""
    import statistics

    levels = [table.column("level").to_pylist() for table in (first, second)]
    returns = [[b / a - 1 for a, b in itertools.pairwise(x)] for x in levels]
    return statistics.stdev([a - b for a, b in zip(*returns, strict=True)]) * 252**0.5


def test_a_lever_of_the_selection_is_computed_anew(person: Person, market: Path) -> None:
    """Fifteen of the twenty largest, so five names of the saved rule's list leave and none joins."""
    person.open()
    fill = "    - fill: {to: 20, by: size}\n"
    trimmed = "    - trim: {to: 20, by: size}\n" + fill
    person.change(fill, trimmed)
    person.rested()
    assert person.page.inner_text(".comings") == "same members as the saved rule"
    lever = person.page.locator("input[data-lever='selection.count']")
    person.drag("selection.count", int(lever.get_attribute("value")) - 5)
    person.rested()
    value = person.page.inner_text(".lever:has(input[data-lever='selection.count']) output")
    assert value == "15"
    text = RULE.replace(fill, trimmed).replace("count: 20", "count: 15").replace("to: 20", "to: 15")
    assert shown(person) == summary(text, market)
    comings = person.page.inner_text(".comings")
    assert comings.startswith("Leaves 5 ")
    assert "Joins" not in comings


def test_a_buffer_is_added_by_typing(person: Person, market: Path) -> None:
    person.open()
    old = "rank: 20}}       # no buffer yet\n"
    new = "rank: {existing: 26, new: 14}}}\n    - trim: {to: 20, by: size}\n"
    person.change(old, new)
    assert person.findings() == []
    person.rested()
    assert shown(person) == summary(RULE.replace(old, new), market)
    person.page.wait_for_selector(
        "input[data-lever='selection.steps[0].select.size.rank.existing']"
    )


def test_a_buffer_is_added_by_its_button_and_taken_back(person: Person, market: Path) -> None:
    """Ten percent around the twenty: members stay to rank 22, others come from rank 18 on."""
    person.open()
    person.page.click("[data-do=add_buffer]")
    person.rested()
    text = person.text()
    assert "rank: {existing: 22, new: 18}}}       # no buffer yet\n" in text
    assert "limit: 30%}      # the cap\n" in text
    assert shown(person) == summary(text, market)
    assert person.page.query_selector("[data-do=add_buffer]") is None
    person.page.click("#undo")
    person.rested()
    assert person.text() == RULE


def test_a_link_is_copied_and_opens_the_same_state(person: Person, studio: Studio) -> None:
    origin = "/".join(studio.address.split("/")[:3])
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    person.open().page.select_option("#baseline", "kospi200-cap30")
    person.change("limit: 30%", "limit: 25%")
    person.drag("selection.count", 3)
    person.rested()
    person.panel("flows")
    person.page.click("#take summary")
    person.page.click("[data-what=link]")
    person.page.wait_for_selector(".note")
    address = person.page.evaluate("navigator.clipboard.readText()")
    assert address.startswith(studio.address)
    other = Person(person.page.context, studio).open(address.removeprefix(studio.address))
    assert "limit: 25%" in other.text()
    assert other.page.input_value("input[data-lever='selection.count']") == "3"
    assert other.page.get_attribute("[data-tab=flows]", "aria-selected") == "true"
    assert other.page.input_value("#baseline") == "kospi200-cap30"
    assert shown(other) == shown(person)


def test_the_tour_leads_through_the_page_by_the_keyboard(person: Person) -> None:
    person.open().page.click("[data-do=tour]")
    for place in range(1, 6):
        person.page.wait_for_function(
            f"document.querySelector('#tour-box p').textContent.startsWith('{place}/5')"
        )
        assert person.page.evaluate(
            "document.activeElement.closest('#tour-box[role=dialog]') !== null"
        )
        assert person.page.locator(".toured").count() == 1
        person.page.keyboard.press("Enter")
    person.page.wait_for_selector("#tour-box", state="detached")
    person.page.click("[data-do=tour]")
    person.page.keyboard.press("Escape")
    person.page.wait_for_selector("#tour-box", state="detached")
    assert person.page.locator(".toured").count() == 0


def test_figures_stand_beside_those_of_a_baseline(
    person: Person, studio: Studio, market: Path
) -> None:
    other = RULE.replace("index: mine", "index: other").replace("limit: 30%", "limit: 10%")
    (studio.rules / "other.yaml").write_text(other, "utf-8")
    person.open().page.select_option("#baseline", "other")
    person.rested()
    wanted = summary(other, market)
    for name in ("level_last", "volatility", "largest_weight_last"):
        assert person.page.inner_text(f"#was-{name}") == f"other: {wanted[name]}"
    levels = [ic.compute(ic.Methodology.from_text(text), market).levels for text in (RULE, other)]
    assert person.figures()["tracking_error"] == number(
        "tracking_error", _tracking_error(levels[0], levels[1])
    )
    (studio.rules / "other.yaml").unlink()


def test_why_a_name_left(person: Person, market: Path) -> None:
    run = ic.compute(ic.Methodology.from_text(RULE), market)
    rows = [row for row in run.decisions.to_pylist() if row["step"] == "membership"]
    lists: dict[Any, set[str]] = {}
    for row in run.constituents.to_pylist():
        lists.setdefault(row["effective_date"], set()).add(row["symbol"])
    days = sorted(lists)
    day = next(day for day in reversed(days[1:]) if lists[days[days.index(day) - 1]] - lists[day])
    symbol = sorted(lists[days[days.index(day) - 1]] - lists[day])[0]
    decision = next(r for r in rows if r["effective_date"] == day and r["symbol"] == symbol)
    person.open().panel("name")
    person.page.fill("#ask", symbol)
    person.page.keyboard.press("Enter")
    person.read_panel()
    (cells,) = [
        row for row in person.rows() if row[0] == day.isoformat() and row[1] == "membership"
    ]
    assert cells[2] == decision["outcome"] == "out"
    assert cells[5] == said("detail", decision["detail"], "en")
    assert cells[6] == str(decision["rule_line"])
    person.page.wait_for_function("document.querySelectorAll('.chain li').length > 0")
    person.page.click(f".panel button[data-do=jump][data-line='{decision['rule_line']}'] >> nth=0")
    here = person.page.evaluate(CURSOR + ".number")
    assert here == decision["rule_line"]
    chain = ic.explain(ic.Methodology.from_text(RULE), market, symbol)
    person.page.wait_for_function(
        "text => document.querySelector('.chain').innerText.includes(text)",
        arg=chain.links[-1].sentence().split(":")[0],
        timeout=30_000,
    )


def test_flows_reviews_and_a_day(person: Person, market: Path) -> None:
    rule = ic.Methodology.from_text(RULE)
    person.open().panel("flows")
    person.page.fill("#ask", "500bn")
    person.page.click("[data-from=ask]")
    person.read_panel()
    wanted = ic.flows(rule, market, aum=500e9).reviews.to_pylist()
    names = ("bought", "sold", "one_way_turnover", "capacity")
    assert [row[4:] for row in person.rows()] == [
        [number(name, row[name]) for name in names] for row in reversed(wanted)
    ]
    person.page.fill("#ask", "much")
    person.page.click("[data-from=ask]")
    assert "not an amount" in person.read_panel()

    run = ic.compute(rule, market)
    person.panel("reviews")
    columns = ("effective_date", "kind", "constituents", "added", "removed", "one_way_turnover")
    assert [row[:6] for row in person.rows()] == [
        [said(name, row[name], "en") for name in columns]
        for row in reversed(run.reviews.to_pylist())
    ]
    day = run.reviews.to_pylist()[-1]["effective_date"]
    person.page.click(f"button[data-day='{day}'] >> nth=0")
    assert str(day) in person.read_panel()
    weights = {row["symbol"]: row["weight"] for row in run.weights(day).to_pylist()}
    assert {row[1]: row[2] for row in person.rows(-1)} == {
        symbol: number("weight", weight) for symbol, weight in weights.items()
    }


def test_the_next_review_on_paper(person: Person, market: Path) -> None:
    wanted = ic.review(ic.Methodology.from_text(RULE), market)
    text = person.open().panel("coming")
    assert str(wanted.effective) in text
    assert number("turnover", wanted.turnover) in text
    for row in wanted.removed.to_pylist():
        assert row["symbol"] in text


def test_what_would_change_a_name(person: Person, market: Path) -> None:
    """Said of a name that is near the border without another panel being opened first."""
    near = ic.review(ic.Methodology.from_text(RULE), market).near.to_pylist()[0]
    person.open().panel("name")
    person.page.fill("#ask", near["symbol"])
    person.page.keyboard.press("Enter")
    person.page.wait_for_function(
        "text => document.querySelector('.panel').innerText.includes(text)", arg=near["what"]
    )


def test_save_and_reload(person: Person, studio: Studio, market: Path) -> None:
    person.open()
    person.change("limit: 30%", "limit: 25%")
    person.kept()
    address = person.page.url
    person.page.reload()
    person.page.wait_for_selector("body[data-ready]")
    person.rested()
    assert "limit: 25%" in person.text()
    assert (studio.rules / "mine.yaml").read_text("utf-8") == RULE
    person.page.keyboard.press("Control+s")
    person.page.wait_for_selector(".note")
    assert (studio.rules / "mine.yaml").read_text("utf-8") == RULE.replace(
        "limit: 30%", "limit: 25%"
    )
    person.page.goto(studio.address)
    person.page.wait_for_selector("body[data-ready]")
    person.rested()
    assert shown(person) == summary(RULE.replace("limit: 30%", "limit: 25%"), market)
    assert "?s=" in address
    # Somebody else writes the file: it is not written over.
    (studio.rules / "mine.yaml").write_text("by somebody else", "utf-8")
    person.change("limit: 25%", "limit: 24%")
    person.rested()
    person.page.keyboard.press("Control+s")
    person.page.wait_for_selector(".note.warning")
    assert (studio.rules / "mine.yaml").read_text("utf-8") == "by somebody else"


def test_what_is_taken_away_is_what_the_api_gives(person: Person, market: Path) -> None:
    person.open()
    person.change("limit: 30%", "limit: 25%")
    person.rested()
    text = RULE.replace("limit: 30%", "limit: 25%")
    run = ic.compute(ic.Methodology.from_text(text), market)
    got = {}
    for what in ("rule", "levels", "constituents", "parquet", "rulebook", "report", "notice"):
        person.page.click("#take summary")
        with person.page.expect_download(timeout=60_000) as waiting:
            person.page.click(f"[data-what={what}]")
        got[what] = Path(waiting.value.path()).read_bytes()
    from indexcalc.report.tables import csv_text

    assert got["rule"].decode("utf-8") == text
    assert got["levels"].decode("utf-8") == csv_text(run.levels)
    assert got["constituents"].decode("utf-8") == csv_text(run.constituents)
    assert got["parquet"][:2] == b"PK"
    assert re.search("25.?%", got["rulebook"].decode("utf-8"))
    assert b"<html" in got["report"]
    notice = got["notice"].decode("utf-8")
    assert re.search("30.?%", notice)
    assert re.search("25.?%", notice)


def test_two_tabs_know_nothing_of_each_other(
    person: Person, studio: Studio, browser: Any, market: Path
) -> None:
    person.open()
    other = Person(person.page.context, studio).open()
    other.change("limit: 30%", "limit: 10%")
    other.rested()
    assert person.text() == RULE
    assert shown(person) == summary(RULE, market)
    assert shown(other) == summary(RULE.replace("limit: 30%", "limit: 10%"), market)
    other.page.close()
    person.change("limit: 30%", "limit: 20%")
    person.rested()
    assert shown(person) == summary(RULE.replace("limit: 30%", "limit: 20%"), market)


def test_a_dropped_connection_loses_nothing(person: Person, market: Path) -> None:
    person.open()
    person.change("limit: 30%", "limit: 20%")
    person.rested()
    person.page.evaluate("window.socket.io.engine.close()")
    person.page.wait_for_function("window.socket.connected", timeout=60_000)
    assert "limit: 20%" in person.text()
    person.change("limit: 20%", "limit: 15%")
    person.rested()
    assert shown(person) == summary(RULE.replace("limit: 30%", "limit: 15%"), market)
    person.said.clear()


def test_a_big_paste_and_a_bomb_are_told_and_mended(person: Person, market: Path) -> None:
    person.open()
    bombs = [
        "x: &a [1]\n" + "\n".join(f"k{n}: [*a, *a]" for n in range(500)),
        "[" * 5_000,
        "- " * 5_000,
        "{" * 300 + "\n" + "[" * 20_000,
        "# 가나다\n" * 40_000,
        "<script>document.title='no'</script>: {a: <img src=x onerror=alert(1)>}\n",
    ]
    colour = """async () => {
        const components = [...Array(99).keys()].map(getElement);
        const component = components.find((each) => each?.editor);
        component.setLanguage('YAML');
        await component.findLanguage('YAML').load();
        await new Promise(requestAnimationFrame);
    }"""
    coloured = "document.querySelectorAll('.cm-line span[class^=ͼ]').length"
    for bomb in bombs:
        person.paste(bomb)
        assert person.findings()
        if bomb[0] in "[-{":  # nested deeper than the editor's colours can follow, wanted or not
            person.page.evaluate(colour)
            assert person.page.evaluate(coloured) == 0
    assert person.page.title() == "indexcalc studio"
    person.paste(RULE)
    assert person.findings() == []
    person.page.wait_for_function(coloured + " > 0")
    person.rested()
    assert shown(person) == summary(RULE, market)


def test_completion_offers_the_words_of_the_schema(person: Person) -> None:
    person.open()
    person.change("  scheme: market_cap", "  sch")
    person.page.keyboard.press("Control+Space")
    person.page.wait_for_selector(".cm-tooltip-autocomplete li")
    assert person.page.inner_text(".cm-tooltip-autocomplete li >> nth=0").startswith("scheme")
    person.page.wait_for_timeout(200)
    person.page.keyboard.press("Enter")
    assert "\n  scheme: " in person.text()


def test_the_clause_of_the_cursor_is_lit(person: Person) -> None:
    person.open().panel("rulebook")
    at = RULE.index("limit: 30%")
    person.page.evaluate("at => studio.view.dispatch({selection: {anchor: at}})", at)
    person.page.wait_for_selector(".clause-lit")
    assert "30" in person.page.inner_text(".clause-lit >> nth=0")
    assert "caps" in person.page.inner_text(".help")


def test_another_rule_of_the_folder_is_compared_and_opened(person: Person, studio: Studio) -> None:
    (studio.rules / "other.yaml").write_text(
        RULE.replace("index: mine", "index: other").replace("limit: 30%", "limit: 12%"), "utf-8"
    )
    person.open().panel("compare")
    person.page.select_option("#baseline", "other")
    text = person.read_panel()
    assert "weighting.caps[0].limit" in text
    assert "12% -> 30%" in text
    person.page.select_option("#rule", "other")
    person.page.wait_for_function(
        "window.studio?.view?.state.doc.toString().includes('index: other')"
    )


def test_the_keyboard_is_enough(person: Person) -> None:
    person.open()
    person.page.keyboard.press("Alt+2")
    person.page.wait_for_selector("[data-tab=reviews][aria-selected=true]")
    person.page.focus("[data-tab=reviews]")
    person.page.keyboard.press("ArrowLeft")
    person.page.wait_for_selector("[data-tab=members][aria-selected=true]")
    person.page.focus(f"input[data-lever='{CAP}']")
    person.page.keyboard.press("ArrowLeft")
    person.page.wait_for_function("document.getElementById('lever-0-value').textContent === '29%'")
    person.change("limit: 30%", "limit: 30")
    person.findings()
    person.page.evaluate("studio.view.dispatch({selection: {anchor: 0}})")
    person.page.keyboard.press("F8")
    line = person.page.evaluate(CURSOR + ".text")
    assert "limit: 30" in line


def test_only_the_address_with_its_token_is_answered(person: Person, studio: Studio) -> None:
    person.open()
    host = studio.address.split("/")[2]
    port = int(host.rpartition(":")[2])

    def status(url: str, **headers: str) -> int:
        asked = urllib.request.Request(url, headers=headers)
        try:
            with urllib.request.urlopen(asked) as answer:
                code: int = answer.status
                return code
        except urllib.error.HTTPError as error:
            return error.code

    assert status(studio.address) == 200
    for path in ("", "own/studio.js", "_nicegui_ws/socket.io/?EIO=4&transport=polling", "complete"):
        assert status(f"http://{host}/{path}") == 403
        assert status(f"http://{host}/not-the-token/{path}") == 403
    assert status(studio.address, Host="evil.example") == 403
    assert status(studio.address, Origin="http://evil.example") == 403
    assert status(studio.address + "own/../page.py") in (403, 404)
    # Nothing but this machine reaches it.
    own = {item[4][0] for item in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in own - {"127.0.0.1", "127.0.1.1"}:
        with socket.socket() as outside:
            outside.settimeout(2)
            assert outside.connect_ex((address, port)) != 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 390])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_cut_off_and_all_can_be_read(
    studio: Studio, browser: Any, width: int, scheme: str, language: str
) -> None:
    (studio.rules / "mine.yaml").write_text(RULE, "utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    person = Person(context, studio).open()
    if language == "ko":
        person.page.click("[data-do=language]")
        person.page.wait_for_function("document.querySelector('h2')?.textContent === '레버'")
        person.rested()
    wide = person.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    cut = person.page.evaluate(
        "[...document.querySelectorAll('.figure dd, .tools button, h2')]"
        ".filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"
    )
    assert cut == []
    name, cell = person.page.evaluate(
        "(() => { const name = document.querySelector('.panel td button.name');"
        " name.textContent = 'A name of words '.repeat(9) + 'and'.repeat(60);"
        " return [name, name.closest('td')].map(each => each.getBoundingClientRect().right) })()"
    )
    assert name <= cell
    person.page.click("#take summary")
    menu = person.page.locator("#take > div").bounding_box()
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width
    person.page.click("#take summary")
    low = person.page.evaluate(CONTRAST)
    assert low == []
    assert person.page.evaluate(NAMELESS) == []
    assert person.said == []
    context.close()


def test_the_scheme_is_switched_and_switched_back(person: Person) -> None:
    person.open()
    said = "getComputedStyle(document.documentElement).colorScheme"
    dark = "document.body.classList.contains('body--dark')"
    for scheme, is_dark in (("dark", True), ("normal", False)):
        person.page.click("[data-do=scheme]")
        person.page.wait_for_function(f"{dark} === {str(is_dark).lower()}")
        assert person.page.evaluate(said) == scheme
        person.rested()


# What a screen reader has no name for.
NAMELESS = """[...document.querySelectorAll("button, input, select, summary, [role=img], [role=tabpanel]")]
  .filter((each) => !each.closest(".cm-editor") && each.checkVisibility())
  .filter((each) => !(each.textContent.trim() || each.ariaLabel || each.title || each.labels?.length))
  .map((each) => each.outerHTML.slice(0, 80))"""

CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  const shown = [".figure dt", ".figure dd", ".figure p", ".tag", ".called", "button:not(:disabled)",
    "th", "td", ".status p", ".soft", ".lever label", ".marks-box p"].join();
  for (const each of document.querySelectorAll(shown)) {
    if (!each.textContent.trim() || each.closest(".cm-editor")) continue;
    const pair = [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const called = each.className || each.tagName;
    if (ratio < 4.5) low.push([called, each.textContent.slice(0, 20), ratio.toFixed(2)]);
  }
  return low.slice(0, 5);
}"""


def test_a_hundred_edits_a_second_end_in_the_last_state(
    studio: Studio, browser: Any, market: Path
) -> None:
    """No traceback (the fixture of the studio looks), and what each tab shows at the end is of its text."""
    (studio.rules / "mine.yaml").write_text(RULE, "utf-8")
    tabs, seconds = (10, 60) if THOROUGH else (3, 4)
    context = browser.new_context()
    people = [Person(context, studio).open() for _ in range(tabs)]
    assert all(edited(people, seconds))
    for person in people:
        assert person.findings() == []
        assert shown(person) == summary(person.text(), market)
        assert person.said == []
    context.close()


def test_without_the_extra_the_verb_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    from indexcalc.cli.main import run as command

    monkeypatch.setitem(sys.modules, "nicegui", None)
    for name in [name for name in sys.modules if name.startswith("indexcalc.studio.page")]:
        monkeypatch.delitem(sys.modules, name)
    assert command(["studio", "--no-browser"]) == 2
    assert "pip install 'indexcalc[studio]'" in capsys.readouterr().err


def test_a_link_of_another_shape_opens_the_first_rule(person: Person) -> None:
    person.open("?s=" + json.dumps({"rule": "../../etc/passwd"}))
    assert person.text() == RULE
