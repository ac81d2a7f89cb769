"""Every command and every Python block of the READMEs runs as it is copied, in order, in one folder.

What a reader is to put there himself (OLD, NEW, RULE), the output shown after ``$``, and the studio, which
runs until it is ended (tests/browser), are left to the other tests.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from indexcalc.cli import main as entry

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)
PLACEHOLDER = re.compile(r"\b(OLD|NEW|RULE|OUT|DIR|FILE)\b")
# A run or a check may find something in made-up data; only `validate` may say that data lack something.
GOOD = (0, 1)
LACKING = 3


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
            for words in commands(text):
                code = entry.run(words)
                said = capsys.readouterr()
                good = (*GOOD, LACKING) if words[0] == "validate" else GOOD
                assert code in good, (words, said.err)
                for wrong in ("Traceback", "REF001"):
                    assert wrong not in said.err, (words, said.err)
                ran += 1
    assert ran > 10
