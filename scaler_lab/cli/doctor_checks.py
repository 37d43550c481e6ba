"""The checks of ``scaler-lab doctor``: this Python, this machine, and the installed packages.

Each check is a function that yields findings and changes nothing, except the last.
`check_local_engine` starts a local engine, runs a task on it, and stops another that would never
end, because nothing else proves that it works.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import stat
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from scaler_lab._version import __version__
from scaler_lab.cli.doctor_report import Finding, FindingStatus

FEW_FILES = 1024  # what most systems allow each process to have open
OLDEST_IPYKERNEL = "6"
OLDEST_JUPYTERLAB = "4.4"
OLDEST_JOBLIB = "1.5"
PANEL = (
    "share/jupyter/labextensions/@scaler-lab/lab/package.json",  # the browser's part
    "etc/jupyter/jupyter_server_config.d/scaler_lab.json",  # the server's part
)
TRIAL_TIMEOUT = 20.0

_WORKS, _LIMITED, _ABSENT, _BROKEN = FindingStatus

_PYTHON_MARKER = re.compile(r"""python_version\s*(<|>=)\s*['"]([\d.]+)['"]""")

# Each other engine: the distribution that it needs, and our extra that installs it.
_ENGINES = {
    "OpenGRIS Scaler": ("opengris-scaler", "scaler"),
    "Dask": ("distributed", "dask"),
    "Ray": ("ray", "ray"),
}


def check_python() -> Iterator[Finding]:
    """Check the interpreter, the package, and the libraries that its metadata requires."""
    yield Finding(
        "Python",
        _WORKS,
        f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}",
    )
    package = Path(__file__).parent.parent
    yield Finding("scaler_lab", _WORKS, f"{__version__}, {package}")
    installed: list[str] = []
    for name, least in _requirements():
        found = version_of(name)
        if found is None or _is_older(found, least):
            yield Finding(
                name,
                _BROKEN,
                f"version {found}, but {least} or later is needed" if found else "not installed",
                f"pip install '{name}>={least}'",
            )
        else:
            installed.append(f"{name} {found}")
    if installed:
        yield Finding("libraries", _WORKS, ", ".join(installed))


def check_system() -> Iterator[Finding]:
    """Check the operating system: whether it is supported, and what it can do."""
    from scaler_lab.engines.local import process_tree
    from scaler_lab.engines.local.blobs import MIN_FREE, free_shared_memory
    from scaler_lab.engines.local.settings import default_workers

    n = default_workers()
    text = f"{platform.system()} {platform.release()} {platform.machine()}, "
    text += "1 core" if n == 1 else f"{n} cores"
    if sys.platform.startswith("linux") or sys.platform == "darwin":
        yield Finding("system", _WORKS, text)
    else:
        yield Finding("system", _BROKEN, text, "use Linux or macOS")
    if process_tree.has_subreapers():
        yield Finding(
            "processes", _WORKS, "all processes that a killed task started are found and killed"
        )
    else:
        yield Finding(
            "processes",
            _LIMITED,
            "this system has no subreapers: a process that a killed task started and detached "
            "(a daemon) may outlive it",
        )
    free = free_shared_memory()
    if free >= MIN_FREE:
        yield Finding("shared memory", _WORKS, f"{_mebibytes(free)} free in /dev/shm")
    else:
        yield Finding(
            "shared memory",
            _LIMITED,
            f"{_mebibytes(free)} free in /dev/shm, less than {_mebibytes(MIN_FREE)}: big "
            "arguments and results travel through files in the sockets' folder",
            "in a container: docker run --shm-size=1g",
        )
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    text = "no limit" if soft == resource.RLIM_INFINITY else f"up to {soft:,} in each process"
    if soft == resource.RLIM_INFINITY or soft >= FEW_FILES:
        yield Finding("open files", _WORKS, text)
    else:
        more = FEW_FILES if hard == resource.RLIM_INFINITY else min(hard, FEW_FILES)
        yield Finding(
            "open files",
            _LIMITED,
            f"{text}, less than {FEW_FILES:,}: programs and tasks that open many files fail",
            f"ulimit -n {more}" if more > soft else "raise the hard limit (ulimit -Hn)",
        )


def check_folder() -> Iterator[Finding]:
    """Check the engines' socket folder: owner, mode, length of its path, and the engines in it."""
    from scaler_lab.errors import UnsafeFolder
    from scaler_lab.runtime import runtime_dir

    try:
        folder = runtime_dir.place()
    except UnsafeFolder as error:
        yield Finding("sockets' folder", _BROKEN, str(error))
        return
    try:
        found = folder.lstat()
        runtime_dir.check_private(folder)
    except FileNotFoundError:
        if not os.access(folder.parent, os.W_OK | os.X_OK):
            yield Finding(
                "sockets' folder",
                _BROKEN,
                f"{folder} does not exist and can't be created",
                "set SCALER_LAB_RUNTIME_DIR to a folder of your own",
            )
            return
        yield Finding("sockets' folder", _WORKS, f"{folder}; the first engine will create it")
        found = None
    except UnsafeFolder as error:
        yield Finding("sockets' folder", _BROKEN, str(error))
        return
    length = runtime_dir.socket_path_length(folder)
    if length > runtime_dir.SOCKET_PATH_BYTES:
        yield Finding(
            "sockets' folder",
            _BROKEN,
            f"{folder} makes paths of {length} bytes, too long for a socket "
            f"({runtime_dir.SOCKET_PATH_BYTES} at most)",
            "set SCALER_LAB_RUNTIME_DIR to a shorter path",
        )
        return
    if found is None:
        return
    mode = stat.S_IMODE(found.st_mode)
    yield Finding("sockets' folder", _WORKS, f"{folder}, private (mode {mode:o})")
    running = len(runtime_dir.running())
    dead = len(runtime_dir.dead_engines(folder))
    text = f"{running} running"
    if dead:
        text += f"; {dead} ended without removing their files, which the next start removes"
    yield Finding("local engines", _WORKS, text)


def check_configuration() -> Iterator[Finding]:
    """Check the configuration: the settings and their sources, and variables with unknown names."""
    from scaler_lab.client import config
    from scaler_lab.errors import BadConfiguration

    try:
        found = config.read()
    except BadConfiguration as error:
        yield Finding("configuration", _BROKEN, str(error))
        return
    text = [f"{name} = {entry.value!r} ({entry.source})" for name, entry in found.items()]
    path = config.file_path()
    nothing = "nothing configured" + (
        f"; the file {path} does not exist or is empty" if path else ""
    )
    yield Finding("configuration", _WORKS, ", ".join(text) or nothing)
    if unknown := config.unknown_variables():
        yield Finding(
            "variables",
            _LIMITED,
            f"unknown, so ignored: {', '.join(unknown)}",
            f"the variables are {', '.join(config.variables())}",
        )


def check_notebooks() -> Iterator[Finding]:
    """Check whether notebooks on this Python show the table, and whether its buttons work."""
    kernel = version_of("ipykernel")
    if kernel is None:
        yield Finding(
            "notebooks",
            _ABSENT,
            "ipykernel is not installed: notebooks can't use this Python",
            "pip install 'scaler-lab[lab]', or ipykernel and 'scaler-lab[notebook]'",
        )
    elif _is_older(kernel, OLDEST_IPYKERNEL):
        yield Finding(
            "notebooks",
            _LIMITED,
            f"ipykernel {kernel}: the table's buttons wait until the cell ends",
            f"pip install 'ipykernel>={OLDEST_IPYKERNEL}'",
        )
    elif too_old := _unmet("notebook"):
        yield Finding(
            "notebooks",
            _LIMITED,
            f"ipykernel {kernel}, but the tables are static: {too_old}",
            "pip install 'scaler-lab[notebook]'",
        )
    else:
        yield Finding(
            "notebooks", _WORKS, f"ipykernel {kernel}: the table's buttons work while a cell runs"
        )
    lab = version_of("jupyterlab")
    if lab is None:
        yield Finding(
            "JupyterLab",
            _ABSENT,
            "not installed in this environment; a JupyterLab in another environment shows the "
            "table if anywidget is installed there",
            "pip install 'scaler-lab[lab]'",
        )
    elif _is_older(lab, OLDEST_JUPYTERLAB):
        yield Finding(
            "JupyterLab",
            _LIMITED,
            f"{lab}; tested with {OLDEST_JUPYTERLAB} and later",
            f"pip install 'jupyterlab>={OLDEST_JUPYTERLAB}'",
        )
    elif missing := _missing_of_panel(Path(sys.prefix)):
        yield Finding(
            "JupyterLab",
            _LIMITED,
            f"{lab}, without the panel of all tasks: {missing} does not exist; an editable "
            "installation lacks it",
            "pip install . instead of pip install -e .",
        )
    else:
        yield Finding("JupyterLab", _WORKS, f"{lab}, with the panel of all tasks")


def _missing_of_panel(prefix: Path) -> Path | None:
    """Return the first file that JupyterLab needs for the panel and that is missing; else None."""
    return next((path for part in PANEL if not (path := prefix / part).exists()), None)


def check_terminal() -> Iterator[Finding]:
    """Check what the terminal can show, and `scaler-lab top`."""
    encoding = (sys.stdout.encoding or "ascii").lower()
    if not sys.stdout.isatty():
        yield Finding("terminal", _WORKS, f"stdout is not a terminal: plain lines, {encoding}")
    elif os.environ.get("TERM") == "dumb":
        yield Finding("terminal", _LIMITED, "TERM=dumb: plain lines, and no scaler-lab top")
    elif not encoding.startswith("utf"):
        yield Finding(
            "terminal", _LIMITED, f"{encoding}: drawn with plain ASCII", "set LC_ALL=C.UTF-8"
        )
    else:
        yield Finding("terminal", _WORKS, f"{os.environ.get('TERM', 'unknown')}, {encoding}")
    if unmet := _unmet("terminal"):
        yield Finding("scaler-lab top", _ABSENT, unmet, "pip install 'scaler-lab[terminal]'")
    else:
        yield Finding("scaler-lab top", _WORKS, f"textual {version_of('textual')}")


def check_engines() -> Iterator[Finding]:
    """Check which other engines are installed, and joblib."""
    for engine, (distribution, extra) in _ENGINES.items():
        found = version_of(distribution)
        if found is None and (newest := _python_below(distribution)):
            yield Finding(
                engine,
                _ABSENT,
                f"not installed: {distribution} has no release for Python {newest} or later",
                f"use a Python before {newest}",
            )
        elif found is None:
            yield Finding(engine, _ABSENT, "not installed", f"pip install 'scaler-lab[{extra}]'")
        elif _is_older(found, least := dict(_requirements(extra)).get(distribution, "0")):
            yield Finding(
                engine,
                _LIMITED,
                f"{distribution} {found}; tested with {least} and later",
                f"pip install 'scaler-lab[{extra}]'",
            )
        else:
            yield Finding(engine, _WORKS, f"{distribution} {found}")
    found = version_of("joblib")
    if found is None:
        yield Finding("joblib", _ABSENT, "not installed", "pip install joblib")
    elif _is_older(found, OLDEST_JOBLIB):
        yield Finding(
            "joblib",
            _LIMITED,
            f"{found}: client.joblib_backend() needs {OLDEST_JOBLIB} or later",
            f"pip install 'joblib>={OLDEST_JOBLIB}'",
        )
    else:
        yield Finding("joblib", _WORKS, f"{found}: joblib.parallel_config(client.joblib_backend())")


def check_examples() -> Iterator[Finding]:
    """Check which examples of ``scaler-lab lab`` lack a package."""
    from scaler_lab.cli.examples import PACKAGES, missing_packages

    missing = missing_packages()
    if not missing:
        yield Finding("examples", _WORKS, f"all {len(PACKAGES)} have the packages that they need")
        return
    lacking = "; ".join(f"{name} needs {', '.join(names)}" for name, names in missing.items())
    yield Finding("examples", _ABSENT, lacking, "pip install 'scaler-lab[examples]'")


def check_local_engine() -> Iterator[Finding]:
    """Start a local engine, run a task, and stop one that would never end."""
    from scaler_lab import Client, LocalEngine
    from scaler_lab.errors import ScalerLabError

    try:
        began = time.monotonic()
        with Client(LocalEngine(n_workers=1)) as client:
            client.submit(task_answer).result(TRIAL_TIMEOUT)
            seconds = time.monotonic() - began
            endless = client.submit(spin_for_ever)
            while not endless.running() and time.monotonic() - began < TRIAL_TIMEOUT:
                time.sleep(0.005)
            endless.cancel(TRIAL_TIMEOUT)
            resolution, answered = endless.cancel_resolution, endless.cancel_seconds
            client.cancel_all(timeout=0, force=True)
    except (ScalerLabError, OSError, TimeoutError) as error:
        yield Finding("trial", _BROKEN, f"{type(error).__name__}: {error}")
        return
    if resolution is None or answered is None:
        yield Finding("trial", _BROKEN, f"a cancel was not answered within {TRIAL_TIMEOUT:g} s")
        return
    yield Finding(
        "trial",
        _WORKS,
        f"an engine started and ran a task in {seconds:.2f} s; an endless task was "
        f"{resolution.words} in {answered * 1000:.0f} ms",
    )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_python,
    check_system,
    check_folder,
    check_configuration,
    check_notebooks,
    check_terminal,
    check_engines,
    check_examples,
    check_local_engine,
)


def task_answer() -> int:
    """The task that is run.  After it, the only worker has imported this module."""
    return 42


def spin_for_ever() -> None:
    """The task that is stopped."""
    while True:
        pass


def version_of(distribution: str) -> str | None:
    """Return the installed version; None if it isn't installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _requirements(extra: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, lowest version) of what the package needs, always or for an extra.

    It reads the package's own metadata and yields nothing if the package is not installed.
    Requirements for other versions of Python are left out.
    """
    for line in _required():
        requirement, _, marker = line.partition(";")
        found = re.fullmatch(r"([\w.-]+)\s*>=\s*([\d.]+)", requirement.strip())
        named = re.search(r"""extra\s*==\s*['"](\w+)['"]""", marker)
        if found and (named[1] if named else "") == extra and _is_for_this_python(marker):
            yield found[1], found[2]


def _unmet(extra: str) -> str:
    """Return which packages of an extra are missing or too old; empty if there are none."""
    found = {name: (version_of(name), least) for name, least in _requirements(extra)}
    return ", ".join(
        f"{name} {version}, but {least} or later is needed"
        if version
        else f"{name} is not installed"
        for name, (version, least) in found.items()
        if version is None or _is_older(version, least)
    )


def _python_below(distribution: str) -> str:
    """Return the Python version from which *distribution* isn't required; empty if it is here."""
    for line in _required():
        requirement, _, marker = line.partition(";")
        below = _PYTHON_MARKER.search(marker)
        if (
            re.match(rf"{re.escape(distribution)}\b", requirement)
            and below
            and below[1] == "<"
            and not _is_for_this_python(marker)
        ):
            return below[2]
    return ""


def _required() -> list[str]:
    try:
        return metadata.requires("scaler-lab") or []
    except metadata.PackageNotFoundError:
        return []


def _is_for_this_python(marker: str) -> bool:
    return all(
        (sys.version_info[:2] < _numbers(version)) == (operator == "<")
        for operator, version in _PYTHON_MARKER.findall(marker)
    )


def _is_older(version: str, least: str) -> bool:
    return _numbers(version) < _numbers(least)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
