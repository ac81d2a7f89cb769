"""Every command and every Python block of the READMEs runs as it is copied, in order, in one folder.

What a reader is to put there himself (OLD, NEW, RULE), the output shown after ``$``, and the studio, which
runs until it is ended (tests/browser), are left to the other tests.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexcalc.cli import main as entry
from indexcalc.market.market import Market

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)
PLACEHOLDER = re.compile(r"\b(OLD|NEW|RULE|OUT|DIR|FILE)\b")
# A run or a check may find something in made-up data; only `validate` may say that data lack something.
GOOD = (0, 1)
LACKING = 3


# The same words on the same market, which both pages make with the same words, are run once.
READS = ("compute", "simulate", "review", "explain")
ran_on_a_page: set[tuple[str, ...]] = set()


@pytest.fixture(scope="module", autouse=True)
def _one_market_where_none_is_named() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Market, "demo", functools.cache(Market.demo))
        yield


def runs_anew(words: list[str]) -> bool:
    """Is a command to be run, or does it read and no more, and ran on the page before?"""
    if words[0] not in READS or "--out" in words:
        return True
    again = tuple(words) in ran_on_a_page
    ran_on_a_page.add(tuple(words))
    return not again


def commands(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("indexcalc ")]
    words = [shlex.split(line, comments=True)[1:] for line in lines if not PLACEHOLDER.search(line)]
    return [line for line in words if line[0] != "studio"]


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_page_runs_as_it_is_copied(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for language, text in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if language == "yaml":
            name = re.search(r"^index: (\S+)$", text, re.M)
            assert name is not None
            Path(f"{name[1]}.yaml").write_text(text, encoding="utf-8")
        elif language == "python":
            exec(compile(text, page, "exec"), {})
        else:
            for words in filter(runs_anew, commands(text)):
                code = entry.run(words)
                said = capsys.readouterr()
                good = (*GOOD, LACKING) if words[0] == "validate" else GOOD
                assert code in good, (words, said.err)
                for wrong in ("Traceback", "REF001"):
                    assert wrong not in said.err, (words, said.err)
                ran += 1
    assert ran > 10
