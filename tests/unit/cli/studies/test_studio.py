"""`indexcalc studio`: what it hands to the page, without the page."""

from __future__ import annotations

import sys
import types
import webbrowser
from pathlib import Path
from typing import Any

import pytest

import indexcalc.studio
from indexcalc.cli.main import run
from tests.unit.cli.two_lines import folder


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the page was asked to serve; nothing listens."""
    asked: list[dict[str, Any]] = []
    server = types.SimpleNamespace(
        listen=lambda port: port,
        run=lambda **said: (asked.append(said), said["ready"]("http://127.0.0.1:1/?t=x")),
    )
    page = types.ModuleType("indexcalc.studio.page")
    page.server = server  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "indexcalc.studio.page", page)
    monkeypatch.setitem(sys.modules, "indexcalc.studio.page.server", server)
    monkeypatch.setattr(indexcalc.studio, "page", page, raising=False)
    return asked


def test_a_rule_is_opened_in_its_own_folder(
    served: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    rule, _, market = folder(tmp_path)
    assert run(["studio", rule, "--market", market, "--port", "8123", "--assume", "a=1"]) == 0
    (said,) = served
    assert (said["rules"], said["market"], said["assume"]) == (["cap"], market, {"a": "1"})
    assert said["listening"] == 8123
    assert said["folders"].find("cap").path == Path(rule)
    assert len(said["token"]) >= 24
    shown = capsys.readouterr()
    assert shown.out == "http://127.0.0.1:1/?t=x\n"
    assert f"rules are opened and saved in {tmp_path}" in shown.err
    assert opened == ["http://127.0.0.1:1/?t=x"]


def test_without_a_browser_and_without_a_market(
    served: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("no browser was asked for"))
    folder(tmp_path)
    assert run(["studio", "--folder", str(tmp_path), "--no-browser"]) == 0
    (said,) = served
    assert said["rules"] == ["cap"]  # the first of the folder
    assert said["market"] == ""
    assert "synthetic demo market" in capsys.readouterr().err


def test_each_start_has_an_address_of_its_own(served: list[dict[str, Any]], tmp_path: Path) -> None:
    rule, _, market = folder(tmp_path)
    for _ in range(2):
        assert run(["studio", rule, "--market", market, "--no-browser"]) == 0
    assert served[0]["token"] != served[1]["token"]


def test_a_rule_that_is_not_there(
    served: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["studio", str(tmp_path / "absent.yaml"), "--no-browser"]) in (1, 2)
    assert served == []
    assert "error" in capsys.readouterr().err.lower()


def test_without_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "nicegui", None)
    for name in [name for name in sys.modules if name.startswith("indexcalc.studio.page")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(indexcalc.studio, "page", raising=False)
    assert run(["studio"]) == 2
    shown = capsys.readouterr().err
    assert "RUN010" in shown
    assert "indexcalc[studio]" in shown
