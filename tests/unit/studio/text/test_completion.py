"""Completion: the place of a cursor in a text that does not read, and what may stand there."""

from __future__ import annotations

import pytest

from indexcalc.studio.text.completion import help_of, offers, place_at


@pytest.mark.parametrize(
    ("text", "path", "kind", "offered"),
    [
        ("", (), "key", "index"),
        ("index: a\nwei", (), "key", "weighting"),
        ("weighting: {scheme: eq", ("weighting", "scheme"), "value", "equal"),
        (
            "weighting:\n  caps:\n    - {per: security, li",
            ("weighting", "caps", "[]"),
            "key",
            "limit",
        ),
        ("weighting:\n  ca", ("weighting",), "key", "caps"),
        (
            "weighting:\n  # {a comment\n  scheme: ",
            ("weighting", "scheme"),
            "value",
            "float_market_cap",
        ),
        (
            "selection:\n  steps:\n    2017-06-09:\n      - select:\n          status: ",
            ("selection", "steps", "2017-06-09", "[]", "select", "status"),
            "value",
            "existing",
        ),
        (
            "selection:\n  steps:\n    - require: {a: 1}\n    - fi",
            ("selection", "steps", "[]"),
            "key",
            "fill",
        ),
        (
            "selection:\n  steps:\n  - select: all\n  - fi",
            ("selection", "steps", "[]"),
            "key",
            "fill",
        ),
        ("measures: {size: {mean: market_cap, ov", ("measures", "size"), "key", "over"),
        ("dates: {expiry: {months: [3, 6], on", ("dates", "expiry"), "key", "on"),
    ],
)
def test_the_place_and_what_may_stand_there(
    text: str, path: tuple[str, ...], kind: str, offered: str
) -> None:
    place = place_at(text)
    assert (place.path, place.kind) == (path, kind)
    labels = [offer.label for offer in offers(place)]
    assert offered in labels
    if place.word:
        assert labels[0].startswith(place.word)


def test_keys_bring_their_help() -> None:
    (offer,) = [item for item in offers(place_at("wei")) if item.label == "weighting"]
    assert offer.apply == "weighting: "
    assert "scheme" in offer.info
    assert help_of("weighting.caps[0].limit") == help_of("weighting.caps.2019-06-14[0].limit") != ""
    assert help_of("no.such.key") == help_of("") == ""


def test_any_beginning_of_a_rule_has_a_place() -> None:
    """Cut anywhere, even inside quotes and comments, the text gives a place and no error."""
    from indexcalc.methodology.load import load

    text = load.shipped_names(load.shipped_folder())["kospi200"].read_text("utf-8")
    for end in range(0, len(text), 37):
        offers(place_at(text[:end]))
