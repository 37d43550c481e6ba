"""Settings by keyword, environment and file, in that order, and what is said of bad ones."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from scaler_lab import BadConfiguration, Client, LocalEngine
from scaler_lab.client import config, engine_resolution
from scaler_lab.client.config import Configured, read
from scaler_lab.testing import ScriptedEngine


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration file that is there, with two settings."""
    path = tmp_path / "config.toml"
    path.write_text("n_workers = 3\ngrace = 2.5\n")
    monkeypatch.setenv("SCALER_LAB_CONFIG", str(path))
    return path


@pytest.mark.usefixtures("file")
def test_a_keyword_beats_the_environment_which_beats_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert config.fill_in(None, {}) == (None, 3, {"grace": 2.5})
    monkeypatch.setenv("SCALER_LAB_N_WORKERS", "4")
    assert config.fill_in(None, {}) == (None, 4, {"grace": 2.5})
    assert config.fill_in(5, {"grace": 0}) == (None, 5, {"grace": 0})


@pytest.mark.usefixtures("file")
def test_the_client_starts_the_engine_that_is_configured() -> None:
    engine = engine_resolution.resolve()
    assert isinstance(engine, LocalEngine)
    assert engine.n_workers == 3


def test_a_client_is_made_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALER_LAB_N_WORKERS", "1")
    with Client() as client:
        assert client.submit(pow, 2, 5).result(30) == 32
        assert "1 worker" in repr(client)


def test_a_configured_engine_serves_clients_that_ask_for_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with LocalEngine(n_workers=1) as engine:
        monkeypatch.setenv("SCALER_LAB_ENGINE", engine.address)
        with Client() as client:
            assert client.engine.label == f"local engine {engine.name!r}"
            assert client.submit(pow, 2, 5).result(30) == 32
        chosen = engine_resolution.resolve(n_workers=2)
        assert isinstance(chosen, LocalEngine), "a keyword of the local engine means a local one"


@pytest.mark.parametrize(
    ("said", "is_so"), [("yes", True), ("1", True), ("On", True), ("no", False), ("false", False)]
)
def test_echo_is_a_switch(said: str, is_so: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALER_LAB_ECHO", said)
    assert config.echo() is is_so
    assert config.fill_in(None, {}) == (None, None, {})
    assert config.of_engine() == {}


def test_a_configured_echo_is_no_demand_on_an_engine_that_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCALER_LAB_ECHO", "yes")
    engine = ScriptedEngine()
    client = Client(engine)
    engine.close()
    client.shutdown()


def test_an_engine_that_was_given_is_not_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALER_LAB_N_WORKERS", "nonsense")  # never read
    engine = LocalEngine(n_workers=1)
    assert engine_resolution.resolve(engine) is engine


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SCALER_LAB_N_WORKERS", "many", "n_workers must be a whole number, not 'many'"),
        ("SCALER_LAB_N_WORKERS", "0", "n_workers must be from 1 to 1024, not 0"),
        ("SCALER_LAB_N_WORKERS", "2.5", "n_workers must be a whole number, not 2.5"),
        ("SCALER_LAB_GRACE", "soon", "grace must be a number of seconds, not 'soon'"),
        ("SCALER_LAB_GRACE", "-1", "grace must be from 0 to 3600 seconds, not -1"),
        ("SCALER_LAB_GRACE", "nan", "grace must be from 0 to 3600 seconds, not nan"),
        ("SCALER_LAB_ENGINE", " ", "engine must be an address"),
        ("SCALER_LAB_ECHO", "loud", "it must be yes or no (true or false in the file), not 'loud'"),
    ],
)
def test_a_bad_variable_is_named_and_told_what_it_may_be(
    variable: str, value: str, says: str
) -> None:
    with pytest.raises(BadConfiguration) as caught:
        read({"SCALER_LAB_CONFIG": "", variable: value})
    assert str(caught.value).startswith(f"{variable}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("n_workers = 'two'", "n_workers must be a whole number, not 'two'"),
        ("n_workers = true", "n_workers must be a whole number, not True"),
        ("workers = 2", "'workers' is no setting; there are: engine, n_workers, grace"),
        ("n_workers 2", "is not TOML"),
    ],
)
def test_a_bad_file_is_named(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(BadConfiguration) as caught:
        Client()
    assert str(caught.value).startswith(f"{file}")
    assert says in str(caught.value)


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="which is not there"):
        read({"SCALER_LAB_CONFIG": str(tmp_path / "none.toml")})


def test_the_file_is_looked_for_where_xdg_says(tmp_path: Path) -> None:
    folder = tmp_path / "scaler_lab"
    folder.mkdir()
    (folder / "config.toml").write_text("grace = 1")
    found = read({"XDG_CONFIG_HOME": str(tmp_path)})
    assert found == {"grace": Configured(1.0, str(folder / "config.toml"))}
    assert read({"XDG_CONFIG_HOME": str(tmp_path), "SCALER_LAB_CONFIG": ""}) == {}
    assert read({"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}) == {}


def test_a_misspelt_variable_is_found() -> None:
    environ = {"SCALER_LAB_NWORKERS": "2", "SCALER_LAB_RUNTIME_DIR": "/x", "PATH": "/bin"}
    assert config.unknown_variables(environ) == ["SCALER_LAB_NWORKERS"]


def test_every_setting_is_one_that_the_local_engine_takes() -> None:
    taken = inspect.signature(LocalEngine).parameters
    assert set(config.SETTINGS) - {"engine", "echo"} <= set(taken)


def test_every_variable_is_in_the_modules_table() -> None:
    assert config.__doc__
    for variable in config.variables():
        assert variable in config.__doc__
