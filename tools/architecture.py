"""Writes the picture and the table of docs/architecture.md from the package itself.

    python -m tools.architecture          (a test says when they are out of date)

The rows and dots of the picture are the real imports, those inside functions too; the table is the
first sentence of every folder's own page.  The boxes above the rows are drawn by hand, and each names
a folder that must exist.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "indexcalc"
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
BEGIN, END = "<!-- folders: written by tools/architecture.py -->", "<!-- end of folders -->"

INK, FAINT, GRID, FILL, DOT = "#1a1a1a", "#6b6b6b", "#d9d9d9", "#f2f5fa", "#3b528b"
FONT = "font-family=\"system-ui, 'Noto Sans', sans-serif\""
WIDTH = 960
ROW, TOP, NAMES, COLUMN = 30, 330, 668, 21


@dataclass(frozen=True, slots=True)
class Box:
    """A stage on the way from a rule and a market to a level; ``folder`` is checked to exist."""

    x: int
    y: int
    title: str
    lines: tuple[str, ...]
    folder: str = ""


STAGES = (
    Box(16, 48, "a rule", ("YAML: rules/**/*.yaml",)),
    Box(208, 48, "methodology", ("read, checked,", "typed and dated values"), "methodology"),
    Box(400, 48, "review", ("who is in, and why:", "decisions, members"), "review"),
    Box(592, 48, "calculation", ("actions, index shares,", "divisor, returns"), "calculation"),
    Box(784, 48, "a run", ("levels, constituents,", "reviews, decisions")),
    Box(16, 152, "data", ("files of exchanges and", "vendors; Arrow tables")),
    Box(208, 152, "market", ("tables, sessions, daily", "rows as arrays"), "market"),
    Box(400, 152, "weighting", ("float factors, schemes,", "caps"), "weighting"),
    Box(592, 152, "live, cases", ("one session at a time;", "a rule's own tests"), "live"),
    Box(784, 152, "analysis, report", ("what if and so what;", "pictures and pages"), "report"),
)
BOX_WIDTH, BOX_HEIGHT = 160, 66
ARROWS = ((0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 2), (6, 3), (7, 2), (3, 8), (4, 9))


@cache
def imports() -> dict[str, set[str]]:
    """Package (or module) of the ground floor up -> those it imports, lazy imports included."""
    found: dict[str, set[str]] = {name: set() for name in _tops()}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if len(parts) == 1 and parts[0] == "__init__.py":
            continue
        top = parts[0].removesuffix(".py")
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            if name in found and name != top:
                found[top].add(name)
    return found


def _tops() -> list[str]:
    modules = [path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"]
    return sorted([*modules, *(path.parent.name for path in PACKAGE.glob("*/__init__.py"))])


def _imported(node: ast.AST) -> list[str]:
    """The names right under ``indexcalc`` a module imports; those for type checking alone are left out."""
    found: list[str] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            found += [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom) and child.module == "indexcalc":
            found += [f"indexcalc.{alias.name}" for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            found.append(child.module or "")
        else:
            found += [f"indexcalc.{name}" for name in _imported(child)]
    return [name.split(".")[1] for name in found if name.startswith("indexcalc.")]


def in_order(uses: dict[str, set[str]]) -> list[str]:
    """Bottom first: each after all it imports.  ValueError: a circle."""
    ordered: list[str] = []
    left = dict(uses)
    while left:
        ready = sorted(name for name, below in left.items() if below <= set(ordered))
        if not ready:
            raise ValueError(f"these import each other: {', '.join(sorted(left))}")
        ordered += ready
        for name in ready:
            del left[name]
    return ordered


def picture() -> str:
    """The SVG: the stages, and below them every package with a dot for each it imports."""
    uses = imports()
    rows = in_order(uses)[::-1]
    for stage in STAGES:
        if stage.folder and stage.folder not in uses:
            raise ValueError(f"the picture names {stage.folder}, which is not there")
    parts = [*(_arrow(STAGES[start], STAGES[stop]) for start, stop in ARROWS)]
    parts += [_box(stage) for stage in STAGES]
    parts.append(
        _text(16, TOP - 58, "Every package, and with a dot each one it imports", weight=600)
    )
    for column, name in enumerate(rows):
        x = NAMES + column * COLUMN
        parts.append(
            f'<text transform="translate({x + 4} {TOP - 14}) rotate(-60)" fill="{FAINT}">'
            f"{escape(name)}</text>"
        )
    for row, name in enumerate(rows):
        y = TOP + row * ROW
        parts.append(
            f'<line x1="16" x2="{WIDTH - 16}" y1="{y + 20}" y2="{y + 20}" stroke="{GRID}"/>'
        )
        parts.append(_text(16, y + 12, name, weight=600))
        parts.append(_text(130, y + 12, _folders(name), fill=FAINT))
        for column, other in enumerate(rows):
            x = NAMES + column * COLUMN
            if other == name:
                parts.append(_dot(x, y, "none"))
            elif other in uses[name]:
                parts.append(_dot(x, y, DOT))
    height = TOP + len(rows) * ROW + 16
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" {FONT} font-size="12" fill="{INK}" role="img">\n'
        "<title>How a rule and a market become a level, and which package imports which</title>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{FAINT}"/></marker></defs>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f"{_text(16, 28, 'How a rule and a market become a level', size=17, weight=600)}\n"
        f"{body}\n</svg>\n"
    )


def _folders(name: str) -> str:
    """The folders of a package, cut to what fits beside its name."""
    names = sorted(path.parent.name for path in (PACKAGE / name).glob("*/__init__.py"))
    return " · ".join(names)


def _text(
    x: float, y: float, text: str, *, fill: str = INK, size: int = 12, weight: int = 400
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">'
        f"{escape(text)}</text>"
    )


def _dot(x: float, y: float, fill: str) -> str:
    stroke = f' stroke="{GRID}"' if fill == "none" else ""
    return f'<circle cx="{x}" cy="{y + 8}" r="4.5" fill="{fill}"{stroke}/>'


def _box(stage: Box) -> str:
    fill = FILL if stage.folder else "#ffffff"
    lines = "".join(
        _text(stage.x + 12, stage.y + 39 + 16 * number, line, fill=FAINT)
        for number, line in enumerate(stage.lines)
    )
    return (
        f'<rect x="{stage.x}" y="{stage.y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" '
        f'fill="{fill}" stroke="{GRID}"/>'
        f"{_text(stage.x + 12, stage.y + 21, stage.title, weight=600)}{lines}"
    )


def _arrow(start: Box, stop: Box) -> str:
    """From the right of one box to the left of another, or between the rows."""
    if start.y == stop.y:
        x1, y1 = start.x + BOX_WIDTH, start.y + BOX_HEIGHT / 2
        x2, y2 = stop.x, stop.y + BOX_HEIGHT / 2
    else:
        down = stop.y > start.y
        x1, y1 = start.x + BOX_WIDTH / 2, start.y + (BOX_HEIGHT if down else 0)
        x2, y2 = stop.x + BOX_WIDTH / 2, stop.y + (0 if down else BOX_HEIGHT)
        if x1 < x2:  # across: from the right corner to the left one
            x1, x2 = start.x + BOX_WIDTH - 14, stop.x + 14
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{FAINT}" '
        'marker-end="url(#tip)"/>'
    )


def table() -> str:
    """Every folder, from the top down, with the first sentence of its page."""
    rows = ["| folder | what it is for |", "|---|---|"]
    for name in in_order(imports())[::-1]:
        folder = PACKAGE / name
        if not folder.is_dir():
            rows.append(f"| `{name}.py` | {_sentence(PACKAGE / f'{name}.py')} |")
            continue
        rows.append(f"| **`{name}/`** | {_sentence(folder / '__init__.py')} |")
        inner = sorted(path.parent for path in folder.rglob("*/__init__.py"))
        rows += [
            f"| `{path.relative_to(PACKAGE).as_posix()}/` | {_sentence(path / '__init__.py')} |"
            for path in inner
        ]
    return "\n".join(rows)


def _sentence(path: Path) -> str:
    """The first sentence of a module's docstring, for a cell of a Markdown table."""
    text = " ".join(
        (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
        .split("\n\n")[0]
        .split()
    )
    first = re.split(r"(?<=[.?!])\s", text, maxsplit=1)[0]
    return first.replace("``", "`").replace("|", "\\|")


def page(text: str) -> str:
    """The page with its table written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write both."""
    PICTURE.write_text(picture(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
