"""The catalogue of diagnostic codes: what each means and how to get out of it.

One module a prefix, in the order of the work: ``yml`` (the text of a rule file), ``rul`` (its keys
and values), ``dte`` (dates and sessions), ``ref`` (other rules it names), ``rev`` (reviews), ``cap``
(weights and caps), ``cal`` (levels), ``dat`` (the market), ``imp`` (imports), ``cas`` (the cases of
a rule), ``run`` (the files of a run), ``ana`` (studies of an index), ``stu`` (the studio).  Codes are
stable: none is renamed, used again or given another meaning.  A new code is one entry in its module;
a new prefix is one module and one name below.
"""

from __future__ import annotations

from indexcalc.codes import ana, cal, cap, cas, dat, dte, imp, ref, rev, rul, run, stu, yml
from indexcalc.codes.code import Code, Severity

__all__ = ["CATALOGUE", "Code", "Severity"]

_MODULES = (yml, rul, dte, ref, rev, cap, cal, dat, imp, cas, run, ana, stu)

CATALOGUE: dict[str, Code] = {entry.code: entry for module in _MODULES for entry in module.CODES}
