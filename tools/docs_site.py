"""Puts together what the documentation's site is built from: the pages, the reference, the gallery.

    python -m tools.docs_site [--gallery MARKET] [--out DIR]     (make docs does it, and builds the site)

Pages are those of ``docs``; a link out of it becomes plain text.  With ``--gallery`` ten shipped rules are
computed on a market and their reports and rulebooks laid beside the page that shows them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.cli import main as entry
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report import scales
from indexcalc.report.run_report.folder import read_run
from indexcalc.report.svg_chart import ORDERED, Line, Panel, across, picture
from tools import language_page

ROOT = Path(__file__).resolve().parent.parent
DOCS, CONFIG = ROOT / "docs", ROOT / "zensical.toml"
OTHERS = {
    "index.md": "README.md",
    "index.ko.md": "README.ko.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
}
GALLERY = (
    *("kospi200", "kospi200-cap30", "kospi200-equal-weight", "kospi200-top10", "kosdaq150"),
    *("krx300", "kospi-mid", "ucits-5-10-40", "top-n-buffer", "ladder"),
)
_LANGUAGES = {"en": "English", "ko": "한국어"}
_SERIES = {"level": "price", "level_tr": "gross", "level_ntr": "net"}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def assemble(out: Path, gallery: Path | None = None) -> list[str]:
    """Write the sources of the site into ``out``, which is emptied first; the links that lead nowhere."""
    if out.exists():
        shutil.rmtree(out)
    shutil.copytree(DOCS, out)
    for name, source in OTHERS.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        (out / name).write_text(_from_root(text), encoding="utf-8")
    (out / "language.md").write_text(language_page.page(), encoding="utf-8")
    (out / "gallery.md").write_text(_gallery(out, gallery), encoding="utf-8")
    broken: list[str] = []
    for page in sorted(out.rglob("*.md")):
        text, wrong = _linked(page.read_text(encoding="utf-8"), page, out)
        page.write_text(text, encoding="utf-8")
        broken += [f"{page.relative_to(out)}: {link}" for link in wrong]
    return broken


def _from_root(text: str) -> str:
    """A page of the root as a page of ``docs``."""
    names = {source: name for name, source in OTHERS.items()}

    def moved(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        target = names.get(target, target.removeprefix("docs/"))
        return f"{picture}[{words}]({target})"

    return LINK.sub(moved, text)


def _linked(text: str, page: Path, out: Path) -> tuple[str, list[str]]:
    """A page whose links out of the documentation are plain words; and those inside that lead nowhere."""
    wrong: list[str] = []

    def kept(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        if re.match(r"[a-z]+:|#", target):
            return found.group(0)
        place = (page.parent / target.split("#")[0]).resolve()
        if place.is_relative_to(out.resolve()):
            if place.exists():
                if re.fullmatch(r"[\w./-]+\.md", words):
                    words = _title(place)  # a file is called by the title of its page
                return f"{picture}[{words}]({target})"
            if (ROOT / place.relative_to(out.resolve())).exists():
                return words  # a page of the root names a folder of the repository
            wrong.append(target)
            return found.group(0)
        return words if not picture else ""

    # Code is not prose: `[a](b)` in it is no link.
    pieces = re.split(r"(```.*?```|`[^`\n]+`)", text, flags=re.S)
    return "".join(
        piece if at % 2 else LINK.sub(kept, piece) for at, piece in enumerate(pieces)
    ), wrong


def _title(page: Path) -> str:
    """The first heading of a page, else the name of its file."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), page.name)


def _gallery(out: Path, market: Path | None) -> str:
    lines = [
        "# Gallery",
        "",
        "Reports and rulebooks of shipped rules, as `indexcalc report` and `indexcalc rulebook` make them, "
        "on the synthetic demo market: no figure is of a real company.",
        "",
    ]
    if market is None:
        return "\n".join([*lines, "They are made by `make docs`.", ""])
    runs = out.parent / "gallery-runs"
    given = ["--market", str(market)]
    _run(["compute", *GALLERY, *given, "--returns", "tr", "--out", str(runs), "--restate"])
    folder = out / "gallery"
    folder.mkdir()
    for rule in GALLERY:
        picture, name = _level_picture(runs / rule)
        (folder / f"{rule}.svg").write_text(picture, encoding="utf-8")
        lines += [f"## {name}", "", f"![Level of {name}](gallery/{rule}.svg)", ""]
        pages = []
        for verb, what, more in (("report", str(runs / rule), given), ("rulebook", rule, [])):
            for language in ("en", "ko"):
                file = f"{rule}-{verb}.{language}.html"
                _run([verb, what, *more, "--lang", language, "--out", str(folder / file)])
                pages.append(f"[{_LANGUAGES[language]}](gallery/{file})")
        report, book = " · ".join(pages[:2]), " · ".join(pages[2:])
        lines += [f"`{rule}` · report: {report} · rulebook: {book}", ""]
    return "\n".join(lines)


def _level_picture(folder: Path) -> tuple[str, str]:
    """The level of a computed index as a picture, and the name of the index."""
    run = read_run(folder)
    span, width = across(["price"])
    days = run.days.astype(np.float64)
    series = {
        _SERIES[name]: values for name, values in run.series.items() if np.isfinite(values).any()
    }
    x = scales.dates([int(run.days[0]), int(run.days[-1])], *span)
    ends = [float(end) for values in series.values() for end in (values.min(), values.max())]
    panel = Panel(x, scales.numbers(ends, 300.0, 80.0), "")
    panel.axes()
    panel.lines(
        [
            Line(label, days, values, ORDERED[at + 1])
            for at, (label, values) in enumerate(series.items())
        ]
    )
    name = run.called("en")
    note = f"{date_of(int(run.days[0]))} to {date_of(int(run.days[-1]))}, synthetic demo market"
    return picture(width, 340, name, note, [panel]), name


def _run(words: Sequence[str]) -> None:
    # Findings of error level leave a result (exit 1); anything else is a failure.
    if entry.run(list(words)) not in (0, 1):
        raise SystemExit(f"indexcalc {' '.join(words)} failed")


def navigation() -> list[str]:
    """The pages that the site's navigation names."""

    def named(node: Any) -> Iterator[str]:
        if isinstance(node, str):
            yield node
        else:
            for part in node.values() if isinstance(node, dict) else node:
                yield from named(part)

    return list(named(tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]["nav"]))


def pages() -> set[str]:
    """Every page of the site."""
    written = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    return {*written, *OTHERS, "gallery.md"}


def without_a_place() -> list[str]:
    """Pages that the navigation does not name: links and the search alone lead to them."""
    return sorted(pages() - set(navigation()))


def main() -> None:
    """Assemble the site's sources; exit 1 where a link leads nowhere."""
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    words.add_argument("--out", type=Path, default=ROOT / "out" / "docs-src")
    words.add_argument("--gallery", type=Path, metavar="MARKET")
    given = words.parse_args()
    broken = assemble(given.out, given.gallery)
    for line in broken:
        print(f"link that leads nowhere: {line}")
    for name in without_a_place():
        print(f"not in the navigation of zensical.toml: {name}")
    raise SystemExit(bool(broken))


if __name__ == "__main__":
    main()
