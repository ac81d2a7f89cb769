"""What every test may use: hypothesis profiles, and the data that lies beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# No deadline anywhere: machines that run tests are shared, and a slow example is no wrong one.
_SLOW_IS_FINE = [HealthCheck.too_slow]
settings.register_profile(
    "dev", max_examples=50, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=_SLOW_IS_FINE,
)
settings.register_profile(
    "thorough", max_examples=2_000, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
settings.load_profile(
    os.environ.get("INDEXCALC_HYPOTHESIS") or ("ci" if os.environ.get("CI") == "true" else "dev")
)


def _beside(folder: Path, what: str) -> Path:
    if not folder.is_dir():
        place = os.path.relpath(folder, ROOT)
        pytest.skip(f"{what} are not here: {place} (they may not be redistributed)")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real Korean market data; the test is skipped where it is absent."""
    return _beside(SHARED / "data" / "krx", "real market data")


@pytest.fixture(scope="session")
def golden_cases() -> Path:
    """The folder of published worked examples; the test is skipped where it is absent."""
    return _beside(SHARED / "golden", "golden cases")
