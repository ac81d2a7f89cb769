"""What a page gives to take away: each a file name, a media type and bytes, made as the verbs make them."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from indexcalc.analysis.change.notice import notice
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.publish import publish
from indexcalc.report.change_notice import as_html
from indexcalc.report.rulebook import pages
from indexcalc.report.run_report.document import report
from indexcalc.report.tables import csv_text
from indexcalc.studio.text.reading import read, sentences
from indexcalc.studio.work.studies import Study

File = tuple[str, str, bytes]
HTML: Final = "text/html"
_TABLES: Final = ("levels", "constituents", "reviews", "decisions", "events")


def report_file(study: Study, language: str = "en") -> File:
    """The page of ``indexcalc report``."""
    request = Request(returns=("tr",), assume=dict(study.assume))
    run = compute_family(study.family, study.market, request)[study.index]
    with tempfile.TemporaryDirectory(prefix="indexcalc-") as folder:
        publish(run, Path(folder))
        page = report([Path(folder)], language)
    return f"{study.index}-report.html", HTML, page.encode("utf-8")


def rulebook_file(study: Study, language: str = "en") -> File:
    """The page of ``indexcalc rulebook``."""
    return rulebook_page(study.text, study.path, language)


def rulebook_page(text: str, path: Path, language: str) -> File:
    """The rulebook of a text, with the four reviews after today."""
    book = sentences(read(text, path), dt.date.today())
    assert book is not None
    return f"{book.index}-rulebook.html", HTML, pages.html(book, language).encode("utf-8")


def notice_file(study: Study, saved: str, language: str = "en") -> File:
    """The notice of ``indexcalc diff --notice``, from the saved rule to this one."""
    before = Study(study.market, saved, study.path, study.assume)
    made = notice(before.family, study.family, study.market, assume=study.assume)
    return f"{study.index}-notice.html", HTML, as_html(made, language).encode("utf-8")


def csv_file(study: Study, table: str) -> File:
    """One table of the run as CSV."""
    text = csv_text(getattr(study.run, table))
    return f"{study.index}-{table}.csv", "text/csv", text.encode("utf-8")


def parquet_file(study: Study) -> File:
    """The tables of the run as Parquet files in one archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as files:
        for name in _TABLES:
            data = io.BytesIO()
            pq.write_table(getattr(study.run, name), data, compression="lz4")
            # A fixed day: the same run gives the same bytes.
            files.writestr(zipfile.ZipInfo(f"{study.index}/{name}.parquet"), data.getvalue())
    return f"{study.index}.zip", "application/zip", archive.getvalue()


EXPORTS: Final[Mapping[str, Callable[..., Any]]] = {
    "report": report_file,
    "rulebook": rulebook_file,
    "notice": notice_file,
    "csv": csv_file,
    "parquet": parquet_file,
}
