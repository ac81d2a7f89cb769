"""Korean particles that follow the last sound of the word before: 은 or 는, 이 or 가, 을 or 를, 로 or 으로.

A template writes both, ``{name}은(는)``; the sound decides once the word is known.  Digits, Latin
letters and words count as Koreans read them (7 is 칠, L is 엘, group is 그룹).
"""

from __future__ import annotations

import re

_PAIRS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)": ("이", ""),
}
"""Marker: after a consonant, after a vowel."""
_MARKER = re.compile("|".join(re.escape(marker) for marker in _PAIRS))
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_CLOSED_DIGITS, _CLOSED_LETTERS = "013678", "LMNR"
_RIEUL_SOUNDS = "178LR"
_LATIN_WORD = re.compile(r"[A-Za-z]*[a-z]{2}$")
_CLOSED_ENDING = re.compile(r"([bgklmnpt]|[lmn]e)$")
"""How a Latin word ends that Koreans read with a final consonant: group is 그룹, size is 사이즈."""
_SILENT = ")]}」』'\"”’` \u00a0"
_MARKS = ("\x04", "\x05", "\x06")
"""What a name ends with that is put in its words later (``text``)."""


def with_particles(text: str) -> str:
    """The text with every marked particle chosen by the sound before it; one behind a name that is put in
    its words later stays marked."""
    made, at = [], 0
    for found in _MARKER.finditer(text):
        made.append(text[at : found.start()])
        at = found.end()
        if "".join(made).rstrip(_SILENT).endswith(_MARKS):
            made.append(found.group())
            continue
        closed, rieul = _last_sound("".join(made))
        after_consonant, after_vowel = _PAIRS[found.group()]
        # 로 follows ㄹ as it follows a vowel: 서울로.
        vowel = not closed or (rieul and found.group() == "(으)로")
        made.append(after_vowel if vowel else after_consonant)
    return "".join(made) + text[at:]


def _last_sound(text: str) -> tuple[bool, bool]:
    """(does it end in a consonant, is that ㄹ); what is not read, such as brackets, is passed over."""
    # A value that changes by date is read as it is now (``text.with_history``).
    word = re.sub("\x02[^\x01\x02]*\x03$", "", text).rstrip(_SILENT)
    if not word:
        return False, False
    sign = word[-1]
    if _FIRST <= ord(sign) <= _LAST:
        final = (ord(sign) - _FIRST) % _FINALS
        return final != 0, final == _RIEUL
    latin = _LATIN_WORD.search(word)
    if latin is not None:
        return _CLOSED_ENDING.search(latin[0]) is not None, latin[0].endswith(("l", "le"))
    return (
        sign in _CLOSED_DIGITS or sign.upper() in _CLOSED_LETTERS,
        sign.upper() in _RIEUL_SOUNDS,
    )
