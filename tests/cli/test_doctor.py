"""``scaler-lab doctor``: what it finds, what it advises, and the status it ends with."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from scaler_lab import cli
from scaler_lab.cli import doctor_checks
from scaler_lab.cli.doctor_report import Finding, FindingStatus, summary
from scaler_lab.engines.local import blobs


def test_a_sound_machine_is_reported_to_work_and_proves_it(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _use_folder(short_folder, monkeypatch)
    assert cli.main(["doctor", "--json"]) == cli.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["works"] is True
    found = {finding["about"]: finding for finding in told["findings"]}
    assert found["trial"]["status"] == "works"
    assert "an endless task was interrupted" in found["trial"]["text"]
    assert f"pyzmq {metadata.version('pyzmq')}" in found["libraries"]["text"]
    assert "private (mode 700)" in found["sockets' folder"]["text"]


def test_a_folder_open_to_others_is_broken_and_explains_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _use_folder(tmp_path, monkeypatch, mode=0o755)
    monkeypatch.setenv("COLUMNS", "40")  # of no meaning in a pipe, where a finding is one line
    assert cli.main(["doctor"]) == cli.FAILED
    told = capsys.readouterr()
    [line] = [line for line in told.out.splitlines() if line.startswith("broken  sockets' folder")]
    assert line.endswith(f"Run: chmod 700 {tmp_path / 'scaler_lab'}")
    assert "broken: sockets' folder, trial" in told.err


def test_a_path_too_long_for_a_socket_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 60)
    deep.mkdir()
    _use_folder(deep, monkeypatch)
    [finding] = doctor_checks.check_folder()
    assert finding.status is FindingStatus.BROKEN
    assert finding.advice == "set SCALER_LAB_RUNTIME_DIR to a shorter path"


def test_what_a_dead_engine_left_is_counted_and_not_touched(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_folder(short_folder, monkeypatch)
    left = short_folder / "scaler_lab" / ("ab" * 16)
    left.mkdir(mode=0o700)
    (left / "lock").touch()
    *_, finding = doctor_checks.check_folder()
    assert finding.text == (
        "0 running; 1 ended without removing their files, which the next start removes"
    )
    assert left.exists()


def test_a_folder_that_is_not_there_yet_is_not_made(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(short_folder))
    [finding] = doctor_checks.check_folder()
    assert finding.status is FindingStatus.WORKS
    assert os.listdir(short_folder) == []


def test_little_shared_memory_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "MIN_FREE", 2**62)
    found = {finding.about: finding for finding in doctor_checks.check_system()}
    assert found["shared memory"].status is FindingStatus.LIMITED
    assert "--shm-size" in found["shared memory"].advice


def test_a_library_that_is_missing_or_old_is_broken_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def requires(_: str) -> list[str]:
        return ["pyzmq>=999.1", "no-such-library>=2", 'dask>=1; extra == "dask"']

    monkeypatch.setattr(metadata, "requires", requires)
    broken = [f for f in doctor_checks.check_python() if f.status is FindingStatus.BROKEN]
    assert [(f.about, f.advice) for f in broken] == [
        ("pyzmq", "pip install 'pyzmq>=999.1'"),
        ("no-such-library", "pip install 'no-such-library>=2'"),
    ]


def test_an_engine_that_is_not_installed_comes_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(doctor_checks, "version_of", nothing)
    found = {f.about: f for f in (*doctor_checks.check_engines(), *doctor_checks.check_notebooks())}
    assert {f.status for f in found.values()} == {FindingStatus.ABSENT}
    assert found["Ray"].advice == "pip install 'scaler-lab[ray]'"
    assert found["JupyterLab"].advice == "pip install 'scaler-lab[lab]'"


def test_an_engine_older_than_its_extra_requires_is_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def requires(_: str) -> list[str]:
        return ['opengris-scaler>=999; extra == "scaler"', "opengris-scaler>=9999"]

    monkeypatch.setattr(metadata, "requires", requires)
    found = {finding.about: finding for finding in doctor_checks.check_engines()}
    assert found["OpenGRIS Scaler"].status is FindingStatus.LIMITED
    assert "tested with 999 and later" in found["OpenGRIS Scaler"].text


def test_an_engine_without_a_release_for_this_python_reports_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def requires(_: str) -> list[str]:
        return [
            'ray>=2; (python_version < "3.11") and extra == "ray"',
            'distributed>=1; (python_version < "4.0") and extra == "dask"',
        ]

    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(doctor_checks, "version_of", nothing)
    monkeypatch.setattr(metadata, "requires", requires)
    found = {f.about: f for f in doctor_checks.check_engines()}
    assert found["Ray"].status is FindingStatus.ABSENT
    assert found["Ray"].text == "not installed: ray has no release for Python 3.11 or later"
    assert found["Ray"].advice == "use a Python before 3.11"
    assert found["Dask"].advice == "pip install 'scaler-lab[dask]'"


def test_a_library_for_other_pythons_is_not_missing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(_: str) -> list[str]:
        return [
            'no-such-library>=2; python_version < "3.11"',
            'none-such>=2; python_version >= "3.99"',
        ]

    monkeypatch.setattr(metadata, "requires", requires)
    assert not [f for f in doctor_checks.check_python() if f.status is FindingStatus.BROKEN]


@pytest.mark.parametrize(
    ("joblib", "verdict"),
    [
        ("1.4.2", FindingStatus.LIMITED),
        ("1.5", FindingStatus.WORKS),
        ("1.10.0", FindingStatus.WORKS),
    ],
)
def test_a_joblib_that_is_too_old_is_a_limit(
    joblib: str, verdict: FindingStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version_of(name: str) -> str | None:
        return joblib if name == "joblib" else None

    monkeypatch.setattr(doctor_checks, "version_of", version_of)
    *_, finding = doctor_checks.check_engines()
    assert (finding.about, finding.status) == ("joblib", verdict)
    if verdict is FindingStatus.LIMITED:
        assert finding.advice == "pip install 'joblib>=1.5'"


def test_the_doctors_versions_are_those_that_the_tests_run_with() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    assert f"joblib>={doctor_checks.OLDEST_JOBLIB}" in extras["quick"]
    assert f"jupyterlab>={doctor_checks.OLDEST_JUPYTERLAB}" in extras["lab"]


@pytest.mark.parametrize(
    ("kernel", "verdict"), [("5.9.1", FindingStatus.LIMITED), ("6.29.5", FindingStatus.WORKS)]
)
def test_an_old_kernel_is_a_limit(
    kernel: str, verdict: FindingStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = doctor_checks.version_of

    def version_of(name: str) -> str | None:
        return kernel if name == "ipykernel" else real(name)

    monkeypatch.setattr(doctor_checks, "version_of", version_of)
    assert next(doctor_checks.check_notebooks()).status is verdict


def test_jupyterlab_without_the_panels_files_is_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version_of(_: str) -> str:
        return "4.6.6"

    monkeypatch.setattr(doctor_checks, "version_of", version_of)
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    _, lab = doctor_checks.check_notebooks()
    assert (lab.status, lab.about) == (FindingStatus.LIMITED, "JupyterLab")
    for part in doctor_checks.PANEL:
        (tmp_path / part).parent.mkdir(parents=True)
        (tmp_path / part).touch()
    _, lab = doctor_checks.check_notebooks()
    assert (lab.status, lab.text) == (FindingStatus.WORKS, "4.6.6, with the panel of all tasks")


def test_the_panels_files_are_those_that_the_package_brings() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    brought = {
        f"{target}/{file.relative_to(source)}"
        for source, target in ((Path(__file__).parents[2] / s, t) for s, t in shared.items())
        for file in source.rglob("*")
    }
    assert set(doctor_checks.PANEL) <= brought


def test_the_summary_names_what_is_less_than_it_could_be() -> None:
    findings = [
        Finding("Python", FindingStatus.WORKS, ""),
        Finding("Ray", FindingStatus.ABSENT, ""),
        Finding("shared memory", FindingStatus.LIMITED, ""),
    ]
    assert summary(findings) == (
        "scaler_lab works here; limited: shared memory; not installed: Ray"
    )
    assert summary([Finding("trial", FindingStatus.BROKEN, "")]) == "broken: trial"


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name."""
    folder = Path(tempfile.mkdtemp(prefix="sl-"))
    yield folder
    shutil.rmtree(folder)


def _use_folder(folder: Path, monkeypatch: pytest.MonkeyPatch, mode: int = 0o700) -> None:
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(folder))
    (folder / "scaler_lab").mkdir()
    (folder / "scaler_lab").chmod(mode)


def test_without_an_optional_package_it_reports_which_extra_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = {"anywidget", "textual"}
    real = doctor_checks.version_of

    def version_of(name: str) -> str | None:
        return None if name in missing else real(name)

    monkeypatch.setattr(doctor_checks, "version_of", version_of)
    notebooks = next(iter(doctor_checks.check_notebooks()))
    assert notebooks.status is FindingStatus.LIMITED
    assert "anywidget is not installed" in notebooks.text
    assert notebooks.advice == "pip install 'scaler-lab[notebook]'"
    top = list(doctor_checks.check_terminal())[-1]
    assert (top.status, top.text) == (FindingStatus.ABSENT, "textual is not installed")
    assert top.advice == "pip install 'scaler-lab[terminal]'"
