"""How an object shows itself: as lines, and as a table in which no value can write HTML."""

from __future__ import annotations

from indexcalc.market.notebook_display import Displayed, as_html, as_text, findings_in_words


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


class Two(Displayed):
    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        return "Two", [("lines", "2")]


def test_what_is_displayed_shows_the_same_in_both() -> None:
    assert repr(Two()) == "Two\n  lines  2"
    assert Two()._repr_html_() == as_html("Two", [("lines", "2")])


def test_findings_are_counted_by_severity() -> None:
    assert findings_in_words([]) == "none"
    assert findings_in_words(["error", "warning", "warning"]) == (
        "1 error, 2 warnings (.diagnostics)"
    )
