"""What `Client` makes of what it is given: names decide, and nothing is imported to look at it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import subprocess
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scaler_lab import Client, EngineMissing, LocalEngine
from scaler_lab.client import engine_resolution
from scaler_lab.client.engine_resolution import ADAPTERS, Adapter, resolve
from scaler_lab.client.engine_settings import EngineSettings, LocalSettings
from scaler_lab.core.messages import Task, TaskCancel
from scaler_lab.engines.base import Emit, Engine
from scaler_lab.testing import ScriptedEngine


class Recorder(Engine):
    """An engine that only remembers what it was made from."""

    def __init__(self, given: Any, settings: dict[str, Any]) -> None:
        self.given, self.settings = given, settings

    @classmethod
    def from_given(cls, given: Any, *, speed: int = 1) -> Recorder:
        return cls(given, {"speed": speed})

    def open(self, emit: Emit) -> None:
        raise NotImplementedError

    def submit(self, tasks: Sequence[Task]) -> None:
        raise NotImplementedError

    def request_cancel(self, cancel: TaskCancel) -> None:
        raise NotImplementedError

    def close(self, *, wait: bool = True) -> None:
        raise NotImplementedError


HOME = f"{__name__}:Recorder"


@pytest.fixture
def recorders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every adapter of the package's table gives a `Recorder`, whatever is installed."""
    table = tuple(adapter._replace(home=HOME, needs="") for adapter in engine_resolution.ADAPTERS)
    monkeypatch.setattr(engine_resolution, "ADAPTERS", table)


def thing_of(module: str, *bases: type[object]) -> object:
    """An object whose class is from *module*, by its name."""
    return type("Client", bases, {"__module__": module})()


@pytest.mark.usefixtures("recorders")
@pytest.mark.parametrize("address", ["dask://h:1", "scaler://h:1", "ray://h:1"])
def test_an_address_goes_to_its_scheme_s_adapter(address: str) -> None:
    engine = resolve(address, speed=3)
    assert isinstance(engine, Recorder)
    assert (engine.given, engine.settings) == (address, {"speed": 3})


@pytest.mark.usefixtures("recorders")
@pytest.mark.parametrize(
    "module", ["distributed.client", "scaler.client.client", "ray.x", "pebble"]
)
def test_a_thing_goes_to_its_library_s_adapter(module: str) -> None:
    given = thing_of(module)
    derived = thing_of("somebody", type(given))
    for thing in (given, derived):
        engine = resolve(thing)
        assert isinstance(engine, Recorder)
        assert engine.given is thing


@pytest.mark.usefixtures("recorders")
def test_the_module_ray_is_taken_for_what_it_is() -> None:
    module = types.ModuleType("ray")
    engine = resolve(module)
    assert isinstance(engine, Recorder)
    assert engine.given is module


@pytest.mark.usefixtures("recorders")
def test_a_setting_that_the_adapter_has_not_is_refused() -> None:
    with pytest.raises(
        TypeError, match="n_workers, colour: only allowed if the Client starts the engine"
    ):
        resolve("dask://h:1", n_workers=2, colour="red")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("dask://h:1", "dask"),
        ("scaler://h:1", "scaler"),
        ("ray://h:1", "ray"),
        (thing_of("distributed.client"), "dask"),
    ],
)
def test_a_missing_library_is_reported_with_what_installs_it(
    given: Any, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_installed(_name: str) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", nothing_installed)
    with pytest.raises(EngineMissing, match=rf"pip install 'scaler-lab\[{line}\]'"):
        Client(given)


def test_other_packages_add_schemes_and_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "somebody-1.0.dist-info"
    metadata.mkdir()
    metadata.joinpath("METADATA").write_text(
        "Metadata-Version: 2.1\nName: somebody\nVersion: 1.0\n"
    )
    metadata.joinpath("entry_points.txt").write_text(
        f"[scaler_lab.engines]\nslurm = {HOME}\nsomebody.Client = {HOME}\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    for given in ("slurm://night", thing_of("somebody.cluster")):
        engine = resolve(given, speed=2)
        assert isinstance(engine, Recorder)
        assert engine.settings == {"speed": 2}
    with pytest.raises(ValueError, match=r"scaler://HOST:PORT, slurm://\.\.\.$"):
        resolve("night")


@pytest.mark.parametrize("given", ["tcp://h:1", "night", "slurm://h", "://"])
def test_an_address_of_an_unknown_scheme_names_the_known_schemes(given: str) -> None:
    with pytest.raises(
        ValueError, match=r"is not the address of an engine.*dask://HOST:PORT, scaler://"
    ) as e:
        resolve(given)
    assert "ray://" not in str(e.value)  # which its own engine refuses


def test_a_client_is_not_an_engine(scripted: tuple[Client, object]) -> None:
    with pytest.raises(TypeError, match=r"pass client\.engine"):
        Client(scripted[0])


def test_looking_at_a_thing_imports_nothing() -> None:
    program = (
        "import sys\n"
        "from scaler_lab.client.engine_resolution import resolve\n"
        "try:\n"
        "    resolve(object())\n"
        "except TypeError:\n"
        "    print(*({'distributed', 'ray', 'scaler', 'pebble', 'loky'} & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout.strip() == ""


def test_each_adapter_of_the_table_names_a_library_and_an_extra_together() -> None:
    for adapter in engine_resolution.ADAPTERS:
        assert isinstance(adapter, Adapter)
        assert bool(adapter.needs) is bool(adapter.extra)


def test_max_workers_is_another_name_of_n_workers() -> None:
    with Client(max_workers=1) as client:
        assert client.engine.n_workers == 1
    with pytest.raises(TypeError, match="n_workers and max_workers"):
        Client(n_workers=1, max_workers=1)
    with pytest.raises(TypeError, match="only allowed if the Client starts the engine"):
        Client(ScriptedEngine(), max_workers=2)


@pytest.mark.parametrize("setting", ["workers", "detached", "n_worker"])
def test_an_unknown_setting_is_an_error_of_client_that_names_those_there_are(setting: str) -> None:
    unknown: Any = {setting: True}
    with pytest.raises(TypeError, match=rf"Client\(\) got .*{setting}.* n_workers, grace") as got:
        Client(**unknown)
    assert "LocalEngine" not in str(got.value)


def test_the_typed_settings_are_those_of_the_engines() -> None:
    """What an editor offers is what the engine accepts, and nothing is left out."""
    local = inspect.signature(LocalEngine).parameters
    assert {*LocalSettings.__annotations__} == {*local} - {"n_workers", "name", "detached"}
    of_others = {name for name in EngineSettings.__annotations__ if name not in local}
    accepted: set[str] = set()
    for adapter in ADAPTERS:
        module, _, name = adapter.home.partition(":")
        from_given = getattr(importlib.import_module(module), name).from_given
        accepted |= {*inspect.signature(from_given).parameters} - {"given"}
    assert of_others == accepted
