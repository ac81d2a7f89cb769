"""The state of a page as a link, and back: what is open, what was changed, what is looked at."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import asdict

from indexcalc.methodology.reading.yaml import MAX_BYTES

LONGEST: Final = 24_000
"""Characters of a link: browsers and servers take more, mail programs do not."""


class PageState(Struct, frozen=True):
    """What a link opens.  ``text`` None: the rule as its file has it; ``levers``: values by rule path;
    ``baseline``: what it is compared with (``session``); ``aum``: as typed; ``symbol``, ``day``: picked, or
    ''."""

    rule: str = ""
    text: str | None = None
    levers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    tab: str = "members"
    symbol: str = ""
    day: str = ""
    baseline: str = ""
    aum: str = "1tn"


def to_link(state: PageState) -> str:
    """The state as the value of a query; '' where it is too long for a link."""
    record = {key: value for key, value in asdict(state).items() if value != _DEFAULTS[key]}
    packed = zlib.compress(json.dumps(record, ensure_ascii=False).encode("utf-8"), 9)
    text = base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")
    return text if len(text) <= LONGEST else ""


def from_link(text: str) -> PageState:
    """The state of a link.  Anything that is none gives the default state: a link is not to be trusted,
    and nothing in it is more than text."""
    if not text or len(text) > LONGEST:
        return PageState()
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, 2 * MAX_BYTES)
        if unpacker.unconsumed_tail:
            return PageState()
        record = json.loads(raw)
    except (binascii.Error, ValueError, zlib.error, RecursionError):
        return PageState()
    return _state(record)


def _state(record: Any) -> PageState:
    if not isinstance(record, dict):
        return PageState()
    known: dict[str, Any] = {}
    for key, value in record.items():
        if key == "levers":
            if isinstance(value, dict) and len(value) <= 200:
                known[key] = {str(path): str(said) for path, said in value.items()}
        elif key in _DEFAULTS and isinstance(value, str):
            known[key] = value
    return PageState(**known)


_DEFAULTS: Final = asdict(PageState())
