"""What every test may use: hypothesis profiles, and the data that lies beside the repository."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# A module is compiled once, not by every worker and by every process that a test starts, whatever the
# environment says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tries hypothesis made of all tests together, as its statistics count them."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    said = [str(vars(report).get("_hypothesis_stats", "")) for report in reports if vars(report)]
    counts = [re.findall(r"(\d+) (?:passing|failing)", text) for text in said]
    tries = sum(int(count) for found in counts for count in found)
    if tries:
        terminalreporter.write_line(f"hypothesis: {tries:,} tries")


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


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """moto's S3 server on the loopback, a process of its own; its URL."""
    for module in ("moto", "flask", "flask_cors"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed: there is no S3 server to ask")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], **quiet
    )
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        else:
            pytest.fail("moto's server did not answer in a minute")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def bucket(
    s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """The URI of an empty bucket, reached as any AWS tool would: through the environment."""
    from pyarrow.fs import FileSystem

    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "for-tests",
        "AWS_SECRET_ACCESS_KEY": "for-tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "INDEXCALC_CACHE": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    # `AWS_ENDPOINT_URL` is obeyed where a file system is made from a URI.
    maker, _ = FileSystem.from_uri(f"s3://{name}?allow_bucket_creation=true")
    maker.create_dir(name)
    return f"s3://{name}"
