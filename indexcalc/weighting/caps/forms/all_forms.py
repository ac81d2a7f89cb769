"""The forms of cap by name: the one place that lists what each does to weights.

``methodology.model.caps.cap.CAP_FORMS`` has the same names: what a rule may say of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from indexcalc.weighting.caps.forms.by_rank import TARGETS, TIMES
from indexcalc.weighting.caps.forms.factor import FACTOR
from indexcalc.weighting.caps.forms.form import FormFunctions
from indexcalc.weighting.caps.forms.ladder import LADDER
from indexcalc.weighting.caps.forms.limit import LIMIT
from indexcalc.weighting.caps.forms.measured import MEASURED
from indexcalc.weighting.caps.forms.set_together import SET

FORM_FUNCTIONS: Final[Mapping[str, FormFunctions]] = MappingProxyType(
    {
        "limit": LIMIT,
        "ladder": LADDER,
        "set": SET,
        "factor": FACTOR,
        "targets": TARGETS,
        "times": TIMES,
        "measured": MEASURED,
    }
)
