"""How an object shows itself: as lines, and as a table in which no value can write HTML."""

from __future__ import annotations

from indexcalc.market.notebook_display import as_html, as_text


def test_values_stand_below_each_other() -> None:
    assert as_text("Market", [("lines", "2"), ("sessions", "3")]) == (
        "Market\n  lines     2\n  sessions  3"
    )


def test_a_title_alone() -> None:
    assert as_text("Run", []) == "Run"
    assert as_html("Run", []) == "<div><b>Run</b><table></table></div>"


def test_a_name_is_text_in_html() -> None:
    shown = as_html("A & B", [("<b>", "'1 < 2'")])
    assert "<b>A &amp; B</b>" in shown
    assert "&lt;b&gt;</th>" in shown
    assert "&#x27;1 &lt; 2&#x27;</td>" in shown
