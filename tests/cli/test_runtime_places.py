"""Where the runtime folder is put: short enough, writable, and never in another user's folder."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import local_tasks
import pytest
from helpers import TIMEOUT, Program

from scaler_lab import Client
from scaler_lab.cli import doctor_checks
from scaler_lab.cli.doctor_report import FindingStatus
from scaler_lab.errors import UnsafeFolder
from scaler_lab.runtime import runtime_dir

ELSEWHERE = tuple(Path(folder) for folder in ("/tmp", "/var/tmp", "/dev/shm"))


@pytest.fixture(autouse=True)
def no_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SCALER_LAB_RUNTIME_DIR", "XDG_RUNTIME_DIR", "TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder of this user's whose path is short."""
    with tempfile.TemporaryDirectory(prefix="own-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def another_user(short: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """This process is taken for another user's than the one that *short* belongs to."""
    uid = os.getuid() + 1
    if os.getuid() == 0:  # what root has is everybody's
        os.chown(short, 65534, -1)
    monkeypatch.setattr(os, "getuid", lambda: uid)
    return uid


@pytest.mark.parametrize("variable", ["TMPDIR", "XDG_RUNTIME_DIR"])
@pytest.mark.parametrize("length", [45, 50, 104, 300])
def test_a_client_works_however_long_the_path_of_the_folder_is(
    short: Path, variable: str, length: int
) -> None:
    folder = short
    while (missing := length - len(str(folder))) > 1:
        folder /= "x" * min(missing - 1, 200)
    folder.mkdir(parents=True)
    code = """
        import local_tasks
        from scaler_lab import Client
        with Client(n_workers=1) as client:
            print(client.submit(local_tasks.mark_nothing, 3).result(20))
            print(len(client.submit(local_tasks.make_bytes, 100_000).result(20)))
    """
    with Program(code, **{variable: str(folder)}) as program:
        status, out, errors = program.end()
    assert (status, out.split()) == (0, ["3", "100000"]), errors
    assert not [path for path in folder.rglob("*") if path.is_socket()]


def test_the_users_own_runtime_folder_comes_first(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    assert runtime_dir.place() == short / "scaler_lab"


@pytest.mark.parametrize("variable", ["XDG_RUNTIME_DIR", "TMPDIR"])
def test_nothing_is_created_in_the_folder_of_another_user(
    short: Path, monkeypatch: pytest.MonkeyPatch, another_user: int, variable: str
) -> None:
    """As after `sudo -E`, which keeps the variables of the user who called it."""
    monkeypatch.setenv(variable, str(short))
    assert runtime_dir.place() in [folder / f"scaler_lab-{another_user}" for folder in ELSEWHERE]
    assert not list(short.iterdir())


def test_a_named_folder_of_another_user_is_refused(
    short: Path, monkeypatch: pytest.MonkeyPatch, another_user: int
) -> None:
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(short))
    with pytest.raises(UnsafeFolder, match=f"not to you .{another_user}.*Unset SCALER_LAB"):
        Client(n_workers=1)
    assert not list(short.iterdir())
    [finding] = doctor_checks.check_folder()
    assert finding.status is FindingStatus.BROKEN


@pytest.mark.usefixtures("another_user")
def test_a_folder_for_everybody_may_be_named(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short.chmod(0o1777)
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(short))
    assert runtime_dir.place() == short / "scaler_lab"


def test_a_named_folder_that_is_missing_is_created_and_private(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = short / "new"
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(named))
    with Client(n_workers=1) as client:
        assert client.submit(local_tasks.mark_nothing, 4).result(TIMEOUT) == 4
    assert stat.S_IMODE(named.stat().st_mode) == 0o700


@pytest.mark.parametrize("what", ["/proc/1/nothing", "/dev/null", "/proc"])
def test_a_named_folder_that_cant_be_used_is_an_error_that_explains_why(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", what)
    with pytest.raises(UnsafeFolder, match=f"{what}.*Set SCALER_LAB_RUNTIME_DIR"):
        Client(n_workers=1)


@pytest.mark.parametrize("what", ["/nowhere/at/all", "/dev/null", "relative", "/proc"])
@pytest.mark.parametrize("variable", ["XDG_RUNTIME_DIR", "TMPDIR"])
def test_a_folder_that_cant_be_used_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, variable: str, what: str
) -> None:
    monkeypatch.setenv(variable, what)
    monkeypatch.setattr(os, "access", _no_access_to("/proc"))
    assert runtime_dir.place() == Path(f"/tmp/scaler_lab-{os.getuid()}")


def test_with_no_folder_at_all_the_error_names_each_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    monkeypatch.setattr(os, "access", _no_access_to("/"))
    monkeypatch.setattr(os.path, "lexists", _never)
    with pytest.raises(UnsafeFolder) as caught:
        Client(n_workers=1)
    for part in ("/nowhere: No such file", "/tmp can't be written to", "Set SCALER_LAB_RUNTIME"):
        assert part in str(caught.value)


@pytest.mark.parametrize("missing", ["HOME", "USER LOGNAME", "HOME USER LOGNAME PATH"])
def test_a_client_works_without_what_a_login_sets(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in missing.split():
        monkeypatch.delenv(name, raising=False)
    code = """
        import local_tasks
        from scaler_lab import Client
        with Client(n_workers=1) as client:
            print(client.submit(local_tasks.mark_nothing, 5).result(20))
    """
    with Program(code) as program:
        status, out, errors = program.end()
    assert (status, out) == (0, "5\n"), errors


def _no_access_to(prefix: str) -> object:
    def access(path: str | Path, mode: int) -> bool:
        del mode
        return not str(path).startswith(prefix)

    return access


def _never(path: object) -> bool:
    del path
    return False
