"""Settings by keyword, environment and file, in that order, and the errors about bad ones."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

from scaler_lab import BadConfiguration, Client, LocalEngine
from scaler_lab.client import config, engine_resolution
from scaler_lab.client.config import Configured, read
from scaler_lab.core import wait
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


def test_a_client_is_made_as_the_environment_configures_it(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_client_is_configured_to_show_no_progress_of_waits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(wait, "is_watched", lambda: True)

    def shows() -> bool:
        engine = ScriptedEngine()
        with Client(engine) as client:
            future = client.submit(pow, 2, 5)
            engine.finish(future, 32)
            return wait.shows_progress([future])

    assert shows()
    file = tmp_path / "config.toml"
    file.write_text("progress = false")
    monkeypatch.setenv("SCALER_LAB_CONFIG", str(file))
    assert not shows()
    monkeypatch.setenv("SCALER_LAB_PROGRESS", "on")
    assert shows()
    assert config.of_engine() == {}


def test_a_configured_echo_does_not_fail_on_an_engine_without_output(
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
    ("variable", "value", "expected"),
    [
        ("SCALER_LAB_N_WORKERS", "many", "'many': Expected `int`, got `str`"),
        ("SCALER_LAB_N_WORKERS", "0", "'0': Expected `int` >= 1"),
        ("SCALER_LAB_N_WORKERS", "1025", "'1025': Expected `int` <= 1024"),
        ("SCALER_LAB_N_WORKERS", "2.5", "'2.5': Expected `int`"),
        ("SCALER_LAB_GRACE", "soon", "'soon': Expected `float`, got `str`"),
        ("SCALER_LAB_GRACE", "-1", "'-1': Expected `float` >= 0.0"),
        ("SCALER_LAB_GRACE", "3601", "'3601': Expected `float` <= 3600.0"),
        ("SCALER_LAB_GRACE", "nan", "'nan': Expected `float` >= 0.0"),
        ("SCALER_LAB_ECHO", "loud", "'loud': Expected `bool`, got `str`"),
    ],
)
def test_a_bad_variable_is_named_with_its_value_and_what_was_expected(
    variable: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALER_LAB_CONFIG", "")
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadConfiguration) as caught:
        read()
    assert str(caught.value).startswith(f"{variable} is {expected}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n_workers = 'two'", "Expected `int`, got `str` - at `$.n_workers`"),
        ("n_workers = true", "Expected `int`, got `bool` - at `$.n_workers`"),
        ("n_workers = 0", "Expected `int` >= 1 - at `$.n_workers`"),
        ("grace = nan", "Expected `float` >= 0.0 - at `$.grace`"),
        ("engine = ' '", "Expected `str` matching regex"),
        ("echo = 'yes'", "Expected `bool`, got `str` - at `$.echo`"),
        (
            "workers = 2",
            "unknown field `workers`; the settings are engine, n_workers, grace, echo, progress",
        ),
        ("n_workers 2", "is not TOML"),
        ("grace = " + "[" * 100_000, "is not TOML"),
    ],
)
def test_a_bad_file_is_named(file: Path, text: str, expected: str) -> None:
    file.write_text(text)
    with pytest.raises(BadConfiguration) as caught:
        Client()
    assert str(caught.value).startswith(f"{file}")
    assert expected in str(caught.value)


def test_a_file_that_is_not_utf_8_is_named(file: Path) -> None:
    file.write_bytes(b"engine = '\xff'")
    with pytest.raises(BadConfiguration, match="is not TOML"):
        read()


def test_a_file_that_is_named_has_to_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALER_LAB_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(BadConfiguration, match="which does not exist"):
        read()


def test_the_file_is_in_the_users_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scaler_lab"
    folder.mkdir()
    (folder / "config.toml").write_text("grace = 1")
    monkeypatch.delenv("SCALER_LAB_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert read() == {"grace": Configured(1.0, str(folder / "config.toml"))}
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    assert read() == {}
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("SCALER_LAB_CONFIG", "")
    assert read() == {}


def test_a_user_without_a_home_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCALER_LAB_CONFIG", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # in no database of users
    assert config.file_path() is None


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALER_LAB_NWORKERS", "2")
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", "/x")
    assert "SCALER_LAB_NWORKERS" in config.unknown_variables()
    assert "SCALER_LAB_RUNTIME_DIR" not in config.unknown_variables()


def test_every_setting_is_one_that_the_local_engine_takes() -> None:
    taken = inspect.signature(LocalEngine).parameters
    assert set(config.SETTINGS) - set(config.OF_CLIENT) <= set(taken)


def test_every_variable_is_in_the_modules_table() -> None:
    assert config.__doc__
    for variable in config.variables():
        assert variable in config.__doc__
