"""Tasks run the current text of the user's modules, also on workers that imported an older one."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import sys
import sysconfig
import textwrap
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import local_tasks
import pytest
from helpers import TIMEOUT, Program, values, wait_until

from scaler_lab import Client, FeatureMissing
from scaler_lab.client import edited_modules
from scaler_lab.core.interactive import is_interactive
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.serialization import own_modules
from scaler_lab.testing import ScriptedEngine

_numbers = itertools.count()


class Editor:
    """A folder of modules that a test writes and edits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"edited_{os.getpid()}_{next(_numbers)}"

    def write(self, text: str, name: str = "") -> None:
        """Write a module; without *name*, the one called `name`."""
        path = self.folder / f"{(name or self.name).replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def returns(self, value: object, name: str = "") -> None:
        """Write a module whose function `f` returns *value*."""
        self.write(f"def f():\n    return {value!r}\n", name)

    def load(self, name: str = "") -> ModuleType:
        """The program's own copy."""
        importlib.invalidate_caches()
        return importlib.import_module(name or self.name)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Editor]:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    before = set(sys.modules)
    yield Editor(tmp_path)
    for name in set(sys.modules) - before:
        if name.startswith("edited_"):
            del sys.modules[name]


@pytest.fixture
def no_warnings_of_edits() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="edited_.*: edited after this program imported")
        yield


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(n_workers=1) as client:
        yield client


@pytest.fixture
def in_repl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients take this process for one in which a person types."""
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    monkeypatch.setattr(edited_modules, "CHECK_INTERVAL", 0.0)


def call(name: str) -> tuple[object, int]:
    """In a task: what `f` of a module returns that only the task imports, and the worker."""
    return importlib.import_module(name).f(), os.getpid()


def call_number(name: str) -> tuple[int, int]:
    value, worker = call(name)
    assert isinstance(value, int)
    return value, worker


def call_when_free(name: str, folder: Path) -> object:
    """The same, with a task's work before and after."""
    module = importlib.import_module(name)
    (folder / "running").touch()
    wait_until((folder / "go").exists)
    return module.f()


def result(client: Client, name: str) -> object:
    return client.submit(call, name).result(TIMEOUT)[0]


def own_modules_here() -> list[str]:
    return [name for name, _, _ in own_modules.own_modules()]


# -- by hand ---------------------------------------------------------------------------------------


def test_after_a_refresh_a_task_runs_the_new_text(client: Client, editor: Editor) -> None:
    editor.returns("old")
    assert result(client, editor.name) == "old"
    editor.returns("new text")
    client.refresh()
    assert result(client, editor.name) == "new text"


def test_an_edit_of_the_same_length_within_a_second_is_seen(client: Client, editor: Editor) -> None:
    for number in range(100, 105):
        editor.returns(number)
        os.utime(editor.folder / f"{editor.name}.py", (1_000_000_000, 1_000_000_000))
        client.refresh()
        assert result(client, editor.name) == number


def test_a_cached_compilation_of_an_older_text_is_not_used(client: Client, editor: Editor) -> None:
    """The .pyc file has the second and the size of the new text as well."""
    editor.returns(111)
    path = editor.folder / f"{editor.name}.py"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    sys.dont_write_bytecode = False  # restored by the fixture
    editor.load()
    assert os.path.exists(importlib.util.cache_from_source(str(path)))
    editor.returns(222)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert result(client, editor.name) == 222


def test_a_module_that_another_one_imports_is_followed(client: Client, editor: Editor) -> None:
    editor.returns("old", f"{editor.name}_inner")
    editor.write(f"from {editor.name}_inner import f\n")
    assert result(client, editor.name) == "old"
    editor.returns("new", f"{editor.name}_inner")
    client.refresh()
    assert result(client, editor.name) == "new"


def test_a_module_in_a_package_is_followed(client: Client, editor: Editor) -> None:
    editor.write("", f"{editor.name}.__init__")
    editor.returns("old", f"{editor.name}.part")
    assert result(client, f"{editor.name}.part") == "old"
    editor.returns("new", f"{editor.name}.part")
    client.refresh()
    assert result(client, f"{editor.name}.part") == "new"


@pytest.mark.usefixtures("no_warnings_of_edits")
def test_a_function_of_the_programs_own_copy_is_sent_by_its_name(
    client: Client, editor: Editor
) -> None:
    editor.returns("old")
    f = editor.load().f
    assert client.submit(f).result(TIMEOUT) == "old"
    editor.returns("new")
    client.refresh()
    assert client.submit(f).result(TIMEOUT) == "new"
    editor.write("def f():\n    return 'newest'\n\ndef g():\n    return 'g'\n")
    client.refresh()
    g = importlib.reload(editor.load()).g
    assert client.submit(g).result(TIMEOUT) == "g"


def test_a_module_that_is_new_is_found_by_a_worker_that_looked_for_it(
    client: Client, editor: Editor
) -> None:
    with pytest.raises(ModuleNotFoundError):
        result(client, editor.name)
    editor.returns("there")
    client.refresh()
    assert result(client, editor.name) == "there"


def test_a_running_task_is_not_stopped_and_goes_on_with_what_it_loaded(
    client: Client, editor: Editor, tmp_path: Path
) -> None:
    editor.returns("old")
    running = client.submit(call_when_free, editor.name, tmp_path)
    wait_until((tmp_path / "running").exists)
    editor.returns("new")
    client.refresh()
    later = client.submit(call, editor.name)
    (tmp_path / "go").touch()
    assert running.result(TIMEOUT) == "old"
    assert later.result(TIMEOUT)[0] == "new"
    assert later.result()[1] != os.getpid()


def test_tasks_in_the_thousands_each_run_the_text_of_their_time(editor: Editor) -> None:
    """Also those that a worker was given ahead of time, in the order in which they were."""
    with Client(n_workers=2) as client:
        submitted: list[TaskGroup[tuple[int, int]]] = []
        for number in range(5):
            editor.returns(number)
            client.refresh()
            submitted.append(client.submit_each(call_number, [editor.name] * 400))
            values(submitted[-1][:1])
        for number, group in enumerate(submitted):
            seen = {value for value, _ in values(group)}
            assert min(seen) >= number, "none of an older text"


def test_a_cancelled_task_before_a_stale_worker_never_starts(
    client: Client, editor: Editor, tmp_path: Path
) -> None:
    editor.returns("old")
    running = client.submit(call_when_free, editor.name, tmp_path)
    wait_until((tmp_path / "running").exists)
    editor.returns("new")
    client.refresh()
    waiting = client.submit_each(call, [editor.name] * 20)
    assert client.cancel(waiting[:10], TIMEOUT) == 10
    (tmp_path / "go").touch()
    assert running.result(TIMEOUT) == "old"
    assert {value for value, _ in values(waiting[10:])} == {"new"}


# -- what stays ------------------------------------------------------------------------------------


def touch(path: Path) -> None:
    path.touch()


def save_unchanged(path: Path) -> None:
    path.write_text(path.read_text())


def replace_by_a_copy(path: Path) -> None:
    copy = path.with_suffix(".new")
    copy.write_text(path.read_text())
    copy.replace(path)


def do_nothing(path: Path) -> None:
    del path


@pytest.mark.parametrize(
    "handle",
    [do_nothing, touch, save_unchanged, replace_by_a_copy],
    ids=lambda handle: handle.__name__,
)
def test_a_worker_stays_if_no_text_has_changed(
    client: Client, editor: Editor, handle: Callable[[Path], None]
) -> None:
    editor.returns("old")
    worker = client.submit(call, editor.name).result(TIMEOUT)[1]
    handle(editor.folder / f"{editor.name}.py")
    client.refresh()
    assert client.submit(call, editor.name).result(TIMEOUT) == ("old", worker)


def test_a_worker_that_did_not_import_the_module_stays(client: Client, editor: Editor) -> None:
    editor.returns("old")
    worker = client.submit(local_tasks.pid).result(TIMEOUT)
    editor.returns("new")
    client.refresh()
    assert client.submit(call, editor.name).result(TIMEOUT) == ("new", worker)


def test_an_installed_package_is_not_followed(client: Client, editor: Editor) -> None:
    packages = editor.folder / "lib" / "site-packages"
    packages.mkdir(parents=True)
    sys.path.insert(0, str(packages))  # restored by the fixture
    (packages / f"{editor.name}.py").write_text("def f():\n    return 'old'\n")
    worker = client.submit(call, editor.name).result(TIMEOUT)
    (packages / f"{editor.name}.py").write_text("def f():\n    return 'newer'\n")
    client.refresh()
    assert client.submit(call, editor.name).result(TIMEOUT) == worker


def test_without_a_refresh_a_worker_goes_on_with_what_it_loaded(
    client: Client, editor: Editor
) -> None:
    editor.returns("old")
    assert result(client, editor.name) == "old"
    editor.returns("new")
    assert result(client, editor.name) == "old"


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        (os.__file__, False),
        (pytest.__file__, False),
        (own_modules.__file__, False),
        (os.path.join(sysconfig.get_path("purelib"), "x.py"), False),
        ("/usr/lib/python3/dist-packages/x.py", False),
        ("/home/me/.venv/lib/python3.12/site-packages/x/__init__.py", False),
        (__file__, True),
        ("/home/me/project/x.py", True),
        ("/home/me/site-packages.py", True),
    ],
)
def test_which_modules_are_the_users_own(path: str, is_own: bool) -> None:
    assert own_modules.is_own(path) is is_own


def test_a_new_worker_has_none_of_the_users_modules_loaded(client: Client) -> None:
    loaded = client.submit(own_modules_here).result(TIMEOUT)
    assert set(loaded) <= {__name__, "local_tasks", "helpers"}  # which the task itself is of


# -- by itself -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_repl", "no_warnings_of_edits")
def test_where_a_person_types_edits_are_followed(editor: Editor) -> None:
    editor.returns(0)
    f = editor.load().f
    with Client(n_workers=2) as client:
        for number in range(1, 4):
            assert result(client, editor.name) == number - 1
            editor.returns(number)
            assert client.submit(f).result(TIMEOUT) == number
            assert set(client.map(call_by_name, [editor.name] * 4)) == {number}
            assert {v for v, _ in values(client.submit_each(call, [editor.name] * 4))} == {number}


def call_by_name(name: str) -> object:
    return call(name)[0]


@pytest.mark.usefixtures("in_repl")
def test_files_are_checked_at_most_twice_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edited_modules, "CHECK_INTERVAL", 0.5)
    now = [1000.0]
    checks: list[float] = []
    checked = edited_modules.EditedModules(ScriptedEngine())
    monkeypatch.setattr(checked, "check", lambda: checks.append(now[0]))
    for _ in range(1000):
        now[0] += 0.01
        checked.check_if_due(now[0])
    assert len(checks) <= 21
    assert len(checks) >= 19


def test_in_ipython_each_cell_checks_and_a_script_does_not(tmp_path: Path) -> None:
    code = f"""
        import os, sys
        sys.path.insert(0, {str(tmp_path)!r})
        sys.dont_write_bytecode = True
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        def write(value):
            with open({str(tmp_path / "of_a_cell.py")!r}, "w") as file:
                file.write(f"def f(): return {{value}}\\n")
        write(1)
        shell.user_ns["write"] = write
        for cell in [
            "from scaler_lab import Client; client = Client(n_workers=1)",
            "def g():\\n    import of_a_cell\\n    return of_a_cell.f()",
            "print(client.submit(g).result(20)); write(2)",
            "print(client.submit(g).result(20)); write(3)",
            "import of_a_cell; print(client.submit(of_a_cell.f).result(20)); write(4)",
            "print(client.submit(of_a_cell.f).result(20))",
            "client.shutdown()",
        ]:
            shell.run_cell(cell).raise_error()
    """
    with Program(code) as program:
        status, out, errors = program.end()
    assert (status, out.split()) == (0, ["1", "2", "3", "4"]), errors
    assert errors.count("of_a_cell: edited after this program imported it") == 1
    assert not is_interactive()


# -- what is said ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_repl")
def test_that_the_programs_own_copy_is_older_is_said_once(editor: Editor) -> None:
    editor.returns("old")
    module = editor.load()
    with Client(n_workers=1) as client:
        client.submit(module.f).result(TIMEOUT)
        editor.returns("new")
        with pytest.warns(UserWarning, match=editor.name) as caught:
            client.submit(module.f).result(TIMEOUT)
        [warning] = caught
        assert warning.filename == __file__
        assert "importlib.reload" in str(warning.message)
        editor.returns("newer")
        client.submit(module.f).result(TIMEOUT)  # nothing more is said
        importlib.reload(module)
        client.submit(module.f).result(TIMEOUT)
        editor.returns("newest")
        with pytest.warns(UserWarning, match=editor.name):  # of the text that was reloaded
            client.submit(module.f).result(TIMEOUT)


@pytest.mark.usefixtures("in_repl")
def test_nothing_is_said_after_functions_were_replaced_in_place(editor: Editor) -> None:
    """As IPython's autoreload does, which reloads a module only where it must."""
    editor.write("def f():\n    return 'old'\n\ndef g():\n    return 'g'\n")
    module = editor.load()
    with Client(n_workers=1) as client:
        client.submit(module.f).result(TIMEOUT)
        editor.write("# a line\ndef f():\n    return 'new'\n\ndef g():\n    return 'g'\n")
        names: dict[str, Any] = {}
        path = str(editor.folder / f"{editor.name}.py")
        exec(compile(Path(path).read_text(), path, "exec"), names)
        module.f.__code__ = names["f"].__code__
        assert client.submit(module.f).result(TIMEOUT) == "new"


def test_a_copy_that_was_older_before_the_first_check_is_noticed(editor: Editor) -> None:
    editor.write("class A:\n    def f(self):\n        return 'old'\n")
    editor.load()
    editor.write("class A:\n    def f(self):\n        return 'new'\n")
    with Client(n_workers=1) as client, pytest.warns(UserWarning, match=editor.name):
        client.refresh()


@pytest.mark.parametrize("text", ["x = 1\n", "def f():\n    return [lambda: 2]\n", "def broken(:"])
def test_nothing_is_said_of_a_copy_that_is_current_or_cant_be_compared(
    editor: Editor, text: str
) -> None:
    editor.write(text if "broken" not in text else "x = 1\n")
    editor.load()
    editor.write(text)
    with Client(n_workers=1) as client, warnings.catch_warnings():
        warnings.simplefilter("error")
        client.refresh()


# -- other engines ---------------------------------------------------------------------------------


def test_an_engine_that_cant_replace_its_workers_reports_it(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    with pytest.raises(FeatureMissing, match=f"{engine.label} can't replace processes"):
        client.refresh()


@pytest.mark.usefixtures("fork_server")
def test_a_process_pool_warns_and_threads_run_what_the_program_has(editor: Editor) -> None:
    editor.returns("old")
    module: Any = editor.load()
    with ThreadPoolExecutor(1) as threads, Client(threads) as client:
        editor.returns("new")
        with pytest.warns(UserWarning, match="they run in this program"):
            client.refresh()
        assert client.submit(module.f).result(TIMEOUT) == "old"
        importlib.reload(module)
        assert client.submit(module.f).result(TIMEOUT) == "new"
    with (
        ProcessPoolExecutor(1) as processes,
        Client(processes) as client,
        pytest.raises(FeatureMissing),
    ):
        client.refresh()


@pytest.mark.usefixtures("in_repl")
def test_on_such_an_engine_an_edit_is_said_once_and_nothing_else(editor: Editor) -> None:
    editor.returns("old")
    module = editor.load()
    engine = ScriptedEngine()
    with Client(engine) as client:
        engine.finish(client.submit(module.f), 1)
        editor.returns("new")
        with pytest.warns(UserWarning, match="restart the engine's workers"):
            engine.finish(client.submit(module.f), 1)
        engine.finish(client.submit(module.f), 1)
