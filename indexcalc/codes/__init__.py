"""The catalogue of diagnostic codes: what each means and how to get out of it.

One module a prefix, in the order of the work: ``yml`` (the text of a rule file), ``rul`` (its keys
and values), ``dte`` (dates and sessions), ``ref`` (other rules it names), ``rev`` (reviews), ``cap``
(weights and caps), ``cal`` (levels), ``dat`` (the market), ``imp`` (imports), ``cas`` (the cases of
a rule), ``run`` (the files of a run), ``ana`` (studies of an index), ``stu`` (the studio).  Codes are
stable: none is renamed, used again or given another meaning.  A new code is one entry in its module;
a new prefix is one module and one name below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from indexcalc.codes.code import Code, Severity

__all__ = ["CATALOGUE", "Code", "Severity"]

_PREFIXES = (
    "yml",
    "rul",
    "dte",
    "ref",
    "rev",
    "cap",
    "cal",
    "dat",
    "imp",
    "cas",
    "run",
    "ana",
    "stu",
)


class _Catalogue(Mapping[str, Code]):
    """Codes by their text; the module of a prefix is read when one of its codes is asked for."""

    def __init__(self) -> None:
        self._by_prefix: dict[str, dict[str, Code]] = {}

    def _of(self, prefix: str) -> dict[str, Code]:
        if prefix not in self._by_prefix:
            entries = import_module(f"{__name__}.{prefix}").CODES if prefix in _PREFIXES else ()
            self._by_prefix[prefix] = {entry.code: entry for entry in entries}
        return self._by_prefix[prefix]

    def __getitem__(self, code: str) -> Code:
        return self._of(code[:3].lower())[code]

    def __iter__(self) -> Iterator[str]:
        return iter([code for prefix in _PREFIXES for code in self._of(prefix)])

    def __len__(self) -> int:
        return len(list(iter(self)))


CATALOGUE: Mapping[str, Code] = _Catalogue()
