"""Completion by Tab: the scripts for shells, and the answers to their requests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaler_lab import LocalEngine, cli


def _may_follow(line: str, shell: str, answer: Path) -> list[str]:
    """Return what may follow *line*, requested as a shell's script does."""
    subprocess.run(
        [sys.executable, "-m", "scaler_lab"],
        env=os.environ
        | {
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_SHELL": shell,
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
            "COMP_TYPE": "",
        },
        timeout=50,
        check=False,
    )
    return [word.partition(":")[0].partition("\t")[0] for word in answer.read_text().split("\n")]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options_are_completed_in_each_shell(shell: str, tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    assert _may_follow("scaler-lab d", shell, answer) == ["demo", "doctor"]
    assert "--force" in _may_follow("scaler-lab cancel --", shell, answer)


def test_running_engines_are_completed_by_name(tmp_path: Path) -> None:
    with LocalEngine(n_workers=1, name="night"):
        assert _may_follow("scaler-lab top n", "bash", tmp_path / "answer") == ["night"]


def test_bash_completes_with_what_it_evaluated(tmp_path: Path) -> None:
    command = tmp_path / "scaler-lab"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m scaler_lab "$@"\n')
    command.chmod(0o755)
    program = (
        'eval "$(scaler-lab completion bash)"\n'
        'COMP_LINE="scaler-lab doc" COMP_POINT=14 COMP_WORDS=(scaler-lab doc) COMP_CWORD=1\n'
        "_python_argcomplete scaler-lab\n"
        'echo "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(
        ["bash", "--norc", "-c", program],
        capture_output=True,
        text=True,
        timeout=50,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        check=True,
    )
    assert ran.stdout.strip() == "doctor"


@pytest.mark.parametrize(
    ("shell", "registers"),
    [
        ("bash", "complete -o nospace"),
        ("zsh", "compdef _python_argcomplete"),
        ("fish", "complete --command scaler-lab"),
    ],
)
def test_the_shell_is_taken_from_the_environment_where_it_is_not_said(
    shell: str,
    registers: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    assert cli.main(["completion"]) == cli.DONE
    assert registers in capsys.readouterr().out


def test_an_unknown_shell_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/tcsh")
    assert cli.main(["completion"]) == cli.USAGE_ERROR
    assert "name the shell: bash, zsh, fish" in capsys.readouterr().err
