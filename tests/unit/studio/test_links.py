"""A link opens the state it was made of, and nothing else."""

from __future__ import annotations

import base64
import json
import random
import zlib

from indexcalc.studio.links import LONGEST, PageState, from_link, to_link


def test_a_state_comes_back_and_the_default_state_is_a_short_link() -> None:
    state = PageState(rule="kospi200", levers={"count": "100"}, tab="flows", aum="5bn")
    assert from_link(to_link(state)) == state
    # An empty record: `{}`, compressed to 10 bytes.
    assert to_link(PageState()) == base64.urlsafe_b64encode(
        zlib.compress(b"{}", 9)
    ).decode().rstrip("=")


def test_what_is_no_link_opens_nothing_in_particular() -> None:
    def packed(value: object) -> str:
        data = zlib.compress(json.dumps(value).encode())
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    bomb = packed({"text": "a" * 50_000_000})
    assert len(bomb) > LONGEST or from_link(bomb) == PageState()
    for text in (
        "",
        "no link",
        "=" * 9,
        packed([1]),
        packed({"levers": [1], "rule": 5}),
        "A" * 99_999,
    ):
        assert from_link(text) == PageState()
    smaller = base64.urlsafe_b64encode(zlib.compress(b'{"text":"' + b"a" * 9_000_000 + b'"}', 9))
    assert from_link(smaller.decode().rstrip("=")) == PageState()


def test_a_text_too_long_for_a_link_has_none() -> None:
    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=60_000))
    assert to_link(PageState(rule="mine", text=noise)) == ""
