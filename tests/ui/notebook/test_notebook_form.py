"""The form of `Client.submit_form`, without a browser: its fields, its buttons, its texts."""

from __future__ import annotations

import base64
import enum
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import ipywidgets  # type: ignore[import-untyped]
import pytest
from helpers import wait_until
from IPython.core.formatters import DisplayFormatter

from scaler_lab import Client
from scaler_lab.core.messages import Progress, TaskProgress
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.notebook.fields import FieldUnreadable, fields_of
from scaler_lab.ui.notebook.form import Form
from scaler_lab.ui.notebook.form_runs import FormRun
from scaler_lab.ui.notebook.rich_result import as_html, bundle_of, preformatted
from scaler_lab.ui.notebook.short_repr import short_repr
from scaler_lab.ui.notebook.static_view import MIME_TYPE

TIMEOUT = 10.0


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def many(
    flag: bool,
    whole: int = 3,
    share: float = 0.5,
    text: str = "abc",
    mode: Literal["fast", "slow"] = "slow",
    colour: Colour = Colour.BLUE,
    top: int | None = None,
    maybe: bool | None = None,
    items: list[int] | None = None,
    callback: Callable[[list[int]], int] = len,
) -> None: ...


def with_paths(
    folder: Path = Path("data/2024"),
    out: Path | None = None,
    source: str | Path = Path("a.csv"),
    *,
    given: Path,
) -> None:
    """Write what is in *folder*.

    Not shown.
    """


def read(fn: Callable[..., Any], **given: Any) -> dict[str, Any]:
    return {field.name: field.read() for field in fields_of(fn, given)}


def test_a_path_has_a_field(scripted: tuple[Client, ScriptedEngine]) -> None:
    fields = {field.name: field for field in fields_of(with_paths, {})}
    assert [fields[name].read() for name in ("folder", "out", "source")] == [
        *(Path("data/2024"), None, Path("a.csv")),
    ]
    with pytest.raises(FieldUnreadable, match="given: type a path"):
        fields["given"].read()
    fields["folder"].widget.value = "/tmp/x"
    fields["out"].widget.value = "'quoted'"
    assert [fields[name].read() for name in ("folder", "out")] == [Path("/tmp/x"), Path("'quoted'")]
    form = Form(scripted[0], with_paths, {})
    heading = form.box.children[0].value
    assert "Write what is in *folder*." in heading
    assert "Not shown" not in heading


def test_fields_follow_from_annotations_and_defaults() -> None:
    kinds = {field.name: type(field.widget).__name__ for field in fields_of(many, {})}
    assert kinds == {
        "flag": "Checkbox",
        "whole": "IntText",
        "share": "FloatText",
        "text": "Text",
        "mode": "Dropdown",
        "colour": "Dropdown",
        "top": "Text",
        "maybe": "Dropdown",
        "items": "Text",
        "callback": "Text",
    }
    callback = fields_of(many, {})[-1]
    assert (callback.widget.value, callback.widget.disabled) == ("<built-in function len>", True)
    assert callback.read() is len


def test_untouched_fields_read_as_the_defaults() -> None:
    assert read(many) == {
        "flag": False,
        "whole": 3,
        "share": 0.5,
        "text": "abc",
        "mode": "slow",
        "colour": Colour.BLUE,
        "top": None,
        "maybe": None,
        "items": None,
        "callback": len,
    }


def test_without_annotations_the_defaults_tell() -> None:
    loose: Callable[..., Any] = eval("lambda guess=1.5, steps=(0, 10), what=None: 0")
    kinds = [type(field.widget).__name__ for field in fields_of(loose, {})]
    assert kinds == ["FloatText", "IntSlider", "Text"]
    assert read(loose) == {"guess": 1.5, "steps": 5, "what": None}


def test_abbreviations_are_those_of_interact() -> None:
    def f(n: int, kind: str, x: float = 0.5, fixed: Any = None) -> None: ...

    fields = fields_of(
        f, {"n": (0, 8, 2), "kind": ["a", "b"], "x": (0.0, 1.0), "fixed": ipywidgets.fixed("me")}
    )
    kinds = [type(field.widget).__name__ for field in fields]
    assert kinds == ["IntSlider", "Dropdown", "FloatSlider", "fixed"]
    assert [field.read() for field in fields] == [4, "a", 0.5, "me"]


def test_an_argument_that_the_function_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="takes no argument 'zz'"):
        fields_of(many, {"zz": 1})
    with pytest.raises(TypeError, match="no field can be made"):
        fields_of(many, {"whole": object()})


def test_what_is_typed_is_read_as_its_kind_or_refused_in_words() -> None:
    fields = {field.name: field for field in fields_of(many, {})}
    fields["top"].widget.value = "12"
    assert fields["top"].read() == 12
    fields["top"].widget.value = "a dozen"
    with pytest.raises(FieldUnreadable, match="top: 'a dozen' is not a whole number"):
        fields["top"].read()
    fields["items"].widget.value = "[1, 2]"
    assert fields["items"].read() == [1, 2]
    fields["items"].widget.value = "__import__('os')"
    with pytest.raises(FieldUnreadable, match="items"):
        fields["items"].read()


@pytest.fixture
def scenario() -> Iterator[tuple[Client, ScriptedEngine]]:
    engine = ScriptedEngine()
    client = Client(engine)
    yield client, engine
    engine.close()
    client.shutdown()
    for thread in threading.enumerate():
        if thread.name == "scaler_lab-form":
            thread.join(TIMEOUT)


Scene = tuple[Client, ScriptedEngine]


def add(a: int = 1, /, b: int = 2, *, c: str = "c") -> str:
    return f"{a + b}{c}"


def made(client: Client, fn: Callable[..., Any], **given: Any) -> Form:
    form = client.submit_form(fn, **given)
    assert isinstance(form, Form)
    return form


def buttons(form: Form) -> tuple[Any, Any]:
    run, stop = (w for w in _widgets(form.box) if isinstance(w, ipywidgets.Button))
    return run, stop


def is_visible(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


def said(form: Form) -> str:
    texts = [w.value for w in _widgets(form.box) if isinstance(w, ipywidgets.HTML)]
    result = result_of(form)
    return " ".join([*texts, str(result.get("text/html", result.get("text/plain", "")))])


def result_of(form: Form) -> dict[str, Any]:
    found: list[Any] = [w for w in _widgets(form.box) if isinstance(w, ipywidgets.Output)]
    outputs: tuple[dict[str, Any], ...] = found[0].outputs
    return outputs[0]["data"] if outputs else {}


def _widgets(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _widgets(child)


def test_run_turns_into_stop_and_shows_progress_then_the_result(scenario: Scene) -> None:
    client, engine = scenario
    form = made(client, add)
    run, stop = buttons(form)
    assert (is_visible(run), is_visible(stop)) == (True, False)
    run.click()
    [task] = engine.wait_for_tasks(1)
    assert (task.args, task.kwargs) == ((1,), {"b": 2, "c": "c"})
    assert form.future is not None
    engine.start(form.future)
    wait_until(lambda: "running" in said(form) and not stop.disabled, "running")
    assert (is_visible(run), is_visible(stop)) == (False, True)
    engine.emit(TaskProgress(form.future.task_id, Progress(30, 40, "<i>epoch</i>")))
    wait_until(lambda: '<progress value="0.750"' in said(form), "its progress")
    assert "75%  30/40  &lt;i&gt;epoch" in said(form)
    engine.finish(form.future, {"answer": "<b>42</b>"})
    wait_until(lambda: "succeeded" in said(form), "succeeded")
    wait_until(lambda: result_of(form), "its result")
    assert result_of(form) == {"text/plain": "{'answer': '<b>42</b>'}"}
    assert (is_visible(run), is_visible(stop)) == (True, False)


def test_a_double_click_neither_runs_twice_nor_stops(scenario: Scene) -> None:
    client, engine = scenario
    form = made(client, add)
    run, stop = buttons(form)
    run.click()
    run.click()
    assert stop.disabled
    assert form.future is not None
    assert len(engine.wait_for_tasks(1)) == 1
    wait_until(lambda: not stop.disabled, "Stop")
    stop.click()
    engine.confirm(form.future, Resolution.NEVER_STARTED)
    wait_until(lambda: is_visible(run), "Run")
    assert len(engine.tasks) == 1


class Table:
    def _repr_html_(self) -> str:
        return "<table><td>1</td></table>"


class Drawing:
    """Like a matplotlib figure in a kernel without pyplot."""

    def savefig(self, file: io.BytesIO, **options: str) -> None:
        assert options["format"] == "png"
        file.write(b"\x89PNG")


Drawing.__module__ = "matplotlib.figure"


def test_a_result_is_shown_as_in_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert bundle_of(Table())["text/html"] == "<table><td>1</td></table>"
    assert as_html(bundle_of(Table())) == "<table><td>1</td></table>"
    picture = bundle_of(Drawing())
    assert base64.b64decode(picture["image/png"]) == b"\x89PNG"
    assert as_html(picture).startswith('<img alt="the result" src="data:image/png;base64,')
    assert as_html(bundle_of("<b>")) == preformatted("'<b>'")


def test_each_run_has_a_row_and_the_saved_view_has_no_arguments(scenario: Scene) -> None:
    client, engine = scenario

    def fit(depth: int = 3, password: str = "hunter2") -> None: ...

    form = made(client, fit)
    assert "not run yet" in form.saved()["text/html"]
    first = form.run()
    engine.fail(first, KeyError("price"))
    [depth] = [w for w in _widgets(form.box) if getattr(w, "description", "") == "depth"]
    depth.value = 4
    second = form.run()
    engine.finish(second, "done")
    wait_until(lambda: "done" in said(form), "its result")
    shown = said(form)
    assert shown.index("depth=4") < shown.index("depth=3") < shown.index("KeyError")
    assert "hunter2" not in shown
    saved = form.saved()
    assert {"depth=4", "hunter2"}.isdisjoint(saved["text/html"].split())
    assert "KeyError" in saved["text/html"]
    assert "done" in saved["text/html"]
    assert saved[MIME_TYPE]["layout"] == "form"


def test_stop_takes_the_usual_path_and_shows_how_it_was_settled(scenario: Scene) -> None:
    client, engine = scenario
    form = made(client, add)
    run, stop = buttons(form)
    run.click()
    assert form.future is not None
    engine.start(form.future)
    wait_until(lambda: not stop.disabled, "Stop")
    stop.click()
    stop.click()
    assert len(engine.cancels) == 1
    wait_until(lambda: "cancelling" in said(form), "cancelling")
    engine.confirm(form.future, Resolution.INTERRUPTED)
    wait_until(lambda: "interrupted" in said(form), "settled")
    info = client.board.info(form.future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "form"


def test_an_exception_is_shown_as_text_and_so_is_an_unreadable_field(scenario: Scene) -> None:
    client, engine = scenario
    form = made(client, many)
    run, _ = buttons(form)
    run.click()
    assert form.future is not None
    engine.fail(form.future, ValueError("<script>alert(1)</script> $x$"))
    wait_until(lambda: "text/html" in result_of(form), "its exception")
    assert "ValueError" in said(form)
    assert "<script" not in said(form)
    assert "<span>$</span>x<span>$</span>" in said(form), "no formula"
    [top] = [w for w in _widgets(form.box) if getattr(w, "description", "") == "top"]
    top.value = "<i>"
    run.click()
    assert "&lt;i&gt;" in said(form)
    assert len(engine.tasks) == 1


def test_a_second_run_is_followed_in_place_of_the_first(scenario: Scene) -> None:
    client, engine = scenario
    form = made(client, add)
    first, second = form.run(), form.run()
    assert form.future is second
    engine.finish(first, "old")
    engine.finish(second, "new")
    wait_until(lambda: "new" in said(form), "the second's result")
    assert first.status is Status.SUCCEEDED
    wait_until(
        lambda: not any(t.name == "scaler_lab-form" for t in threading.enumerate()),
        "the end of its thread",
    )


def test_an_end_just_after_a_look_is_shown_by_the_next(
    scenario: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, engine = scenario
    show: Callable[..., bool] = vars(Form)["_show"]

    def show_then_end(form: Form, runs: list[FormRun]) -> bool:
        was_over = show(form, runs)
        if not was_over:
            engine.finish(runs[-1].future, "late")
            engine.flush()
        return was_over

    monkeypatch.setattr(Form, "_show", show_then_end)
    form = made(client, add)
    buttons(form)[0].click()
    wait_until(lambda: "late" in said(form), "its result")


def test_the_form_reports_a_closed_client() -> None:
    engine = ScriptedEngine()
    client = Client(engine)
    form = made(client, add)
    client.shutdown()
    buttons(form)[0].click()
    assert "not submitted: RuntimeError" in said(form)


class Sulky:
    def __repr__(self) -> str:
        raise OSError("no")


def test_a_value_in_a_few_words_is_short_and_never_raises() -> None:
    assert short_repr([1, "a"], 80) == "[1, 'a']"
    assert len(short_repr("x" * 1000, 80)) <= 80
    assert len(short_repr(list(range(10**6)), 80)) <= 80
    assert len(short_repr({"k" * 200: "v" * 200}, 80)) <= 80
    assert short_repr(Sulky(), 80).startswith("<Sulky")
