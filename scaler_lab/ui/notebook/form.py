"""The form of `Client.submit_form`: a function's arguments, Run or Stop, the result, past runs.

    a click on Run ──comm──> fields read, client.submit ──> a run
    board notifies ──> a thread, while a run is not done ──> state, result, a row for each run

The form is made of ipywidgets, so clicks are sent on their comms.  In a kernel with subshells
(ipykernel 7 or newer, in JupyterLab and Notebook with their usual settings) clicks work while a
cell runs.  In other kernels, and in front ends that don't use subshells, a click waits for the end
of the cell.  The form shows a note if it can detect that.  The buttons of the task table work in
every case.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from scaler_lab.client.client import Client
from scaler_lab.client.new_task import name_of
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.interactive import running_kernel
from scaler_lab.core.state_machine import Status
from scaler_lab.feed.board_source import traceback_of
from scaler_lab.ui.folded_traceback import folded_traceback
from scaler_lab.ui.notebook.arguments import in_a_few_words
from scaler_lab.ui.notebook.fields import FieldUnreadable, fields_of
from scaler_lab.ui.notebook.form_runs import FormRun, rows_html, state_html
from scaler_lab.ui.notebook.rich_result import as_html, bundle_of, preformatted
from scaler_lab.ui.notebook.static_html import escaped
from scaler_lab.ui.notebook.static_view import form_description
from scaler_lab.ui.notebook.widget import reply_in_output_of_request
from scaler_lab.ui.sanitize import clean, clean_line

log = logging.getLogger(__name__)

MAX_RUNS = 20  # rows; of earlier runs nothing is shown
REFRESH_INTERVAL = 0.1
# A double click on Run must not stop what it has just started.
STOP_AFTER_SECONDS = 0.5
FIELD_WIDTH = "min(360px, 96%)"
BLANK_LINE = "\n\n"
LABELS = (  # above the fields
    ".scl-field > .widget-label { flex: 0 0 100%; text-align: start; max-width: none; }"
    ".scl-field > select { min-height: 28px; }"
)
# JupyterLab's extension shows the saved form until it finds this in the live one.
DRAWN = '<span class="scl" hidden></span>'

_WAITS = (
    "While a cell runs, this form's buttons wait for its end: this kernel has no subshells "
    "(ipykernel 7 has). The cancel buttons of the client's table act at once."
)


class Form:
    """A form for the arguments of a function.  As the last line of a cell it displays itself."""

    def __init__(self, client: Client, fn: Callable[..., Any], given: dict[str, Any]) -> None:
        widgets: Any = importlib.import_module("ipywidgets")
        self._client = client
        self._fn = fn
        self._fields = fields_of(fn, given)
        self._lock = threading.Lock()
        self._runs: deque[FormRun] = deque(maxlen=MAX_RUNS)  # guarded by _lock
        self._watching = False  # guarded by _lock
        self._rung = threading.Event()
        self._display: Any = None  # the output that shows it
        self._run_button = widgets.Button(
            description="Run", button_style="primary", tooltip=f"Submit {name_of(fn)}"
        )
        self._stop_button = widgets.Button(
            description="Stop", tooltip="Cancel the task", disabled=True
        )
        self._stop_button.layout.display = "none"
        self._state = widgets.HTML()
        self._result = widgets.Output()
        # The shown outcome and its run, which are written by the thread that follows the runs.
        self._outcome: dict[str, Any] = {}
        self._outcome_of: ScalerFuture[Any] | None = None
        self._rows = widgets.HTML()
        self._run_button.on_click(self._on_run)
        self._stop_button.on_click(self._on_stop)
        self.box = self._composed(widgets)
        for widget in _all_widgets(self.box):
            reply_in_output_of_request(widget)

    @property
    def future(self) -> ScalerFuture[Any] | None:
        """The future of the last Run; None before the first."""
        with self._lock:
            return self._runs[-1].future if self._runs else None

    def run(self) -> ScalerFuture[Any]:
        """Submit the call with the values in the fields, like the Run button.

        Returns:
            The future of the new task.

        Raises:
            FieldUnreadable: The text in a field is not a valid value (a ValueError).
            Exception: Whatever `Client.submit` raises.
        """
        args = [field.read() for field in self._fields if field.is_positional]
        kwargs = {field.name: field.read() for field in self._fields if not field.is_positional}
        future: ScalerFuture[Any] = self._client.submit(self._fn, *args, **kwargs)
        call = future.call
        words = "" if call is None else in_a_few_words(call)
        with self._lock:
            self._runs.append(FormRun(future, words, time.monotonic()))
            starts = not self._watching
            self._watching = True
        self._rung.set()
        if starts:
            threading.Thread(target=self._follow, name="scaler_lab-form", daemon=True).start()
        return future

    def cancel(self) -> bool:
        """Request to cancel the last call, like the Stop button.  It doesn't wait.

        Returns:
            Whether the request was accepted; False if nothing was submitted.
        """
        future = self.future
        return future is not None and future.request_cancel(source="form")

    def _ipython_display_(self) -> None:
        display: Any = importlib.import_module("IPython.display").display
        self._display = display(self._bundle(), raw=True, display_id=True)

    def _bundle(self) -> dict[str, Any]:
        """Return the widget, and what a saved notebook shows without it."""
        live: Any = self.box._repr_mimebundle_()  # with metadata in some versions
        return {**(cast("Any", live[0]) if isinstance(live, tuple) else live), **self.saved()}

    def saved(self) -> dict[str, Any]:
        """Return the form as a static view: its runs without their arguments, and the result."""
        with self._lock:
            runs = list(self._runs)
        title = f"<strong>{_escaped(name_of(self._fn))}</strong>"
        rows = rows_html(runs, self._client.board, has_arguments=False)
        result = as_html(self._outcome) if self._outcome else ""
        return form_description(self._client) | {
            "text/html": f"<div>{title}{rows or '<br>not run yet'}{result}</div>",
            "text/plain": repr(self),
        }

    def __repr__(self) -> str:
        names = ", ".join(field.name for field in self._fields)
        return f"<form of {name_of(self._fn)}({names})>"

    # -- layout ------------------------------------------------------------------------------------

    def _composed(self, widgets: Any) -> Any:
        title = f"<strong>{_escaped(name_of(self._fn))}</strong>"
        doc = inspect.getdoc(self._fn) if callable(self._fn) else None
        summary = "" if not doc else f"<br>{_escaped(doc.strip().partition(BLANK_LINE)[0])}"
        rows: list[Any] = [widgets.HTML(f"<style>{LABELS}</style>{DRAWN}{title}{summary}")]
        for field in self._fields:
            if isinstance(field.widget, widgets.fixed):
                continue
            field.widget.description = field.name
            field.widget.style.description_width = "initial"
            if not isinstance(field.widget, widgets.Checkbox):  # its label is beside it
                layout = field.widget.layout
                layout.flex_flow, layout.width, layout.height = "row wrap", FIELD_WIDTH, "auto"
                field.widget.add_class("scl-field")
            rows.append(field.widget)
        buttons = [self._run_button, self._stop_button, self._state]
        layout = {"align_items": "center", "margin": "4px 0 0", "flex_flow": "row wrap"}
        rows.append(widgets.HBox(buttons, layout=layout))
        rows += [self._result, self._rows]
        if _kernel_waits():
            rows.append(widgets.HTML(f'<small style="opacity:0.75">{_WAITS}</small>'))
        return widgets.VBox(rows)

    # -- clicks: in the main thread or in a subshell's thread --------------------------------------

    def _on_run(self, _button: object) -> None:
        last = self.future
        if last is not None and not last.done():
            return  # the second click of a double click
        try:
            self.run()
        except FieldUnreadable as error:
            self._show_error(str(error))
        except Exception as error:  # an exception of a handler would not appear in any cell
            log.info("a form's call was not submitted", exc_info=True)
            self._show_error(f"not submitted: {type(error).__name__}: {error}")

    def _on_stop(self, _button: object) -> None:
        try:
            self.cancel()
        except Exception as error:
            log.exception("a form's call could not be cancelled")
            self._show_error(f"not cancelled: {type(error).__name__}: {error}")

    def _show_error(self, text: str) -> None:
        self._state.value = _escaped(text)

    # -- the thread that follows the runs ----------------------------------------------------------

    def _follow(self) -> None:
        """Show the state of the runs until all are done."""
        take_down = self._client.board.subscribe(self._rung.set)
        try:
            while True:
                self._rung.clear()
                with self._lock:
                    runs = list(self._runs)
                is_over = self._show(runs)
                with self._lock:
                    if is_over and self._runs[-1] is runs[-1]:
                        self._watching = False
                        break
                self._rung.wait(STOP_AFTER_SECONDS)  # to update the time it has run
                time.sleep(REFRESH_INTERVAL)  # a busy board notifies often
        finally:
            take_down()
        if self._display is not None:
            self._display.update(self._bundle(), raw=True)

    def _show(self, runs: list[FormRun]) -> bool:
        """Show the state of the runs; return whether that is their final state."""
        last = runs[-1]
        is_over = all(run.future.done() for run in runs)  # first: what is read later is newer
        is_done = last.future.done()
        self._state.value = state_html(last, self._client.board)
        self._rows.value = rows_html(runs, self._client.board)
        is_new = time.monotonic() < last.submitted_at + STOP_AFTER_SECONDS
        self._stop_button.disabled = is_done or is_new or last.future.status is Status.CANCELLING
        self._run_button.layout.display = "" if is_done else "none"
        self._stop_button.layout.display = "none" if is_done else ""
        self._show_outcome(last.future if is_done else None)
        return is_over

    def _show_outcome(self, future: ScalerFuture[Any] | None) -> None:
        if future is self._outcome_of:
            return
        self._outcome_of = future
        self._outcome = {} if future is None else _outcome(future)
        output = {"output_type": "display_data", "data": self._outcome, "metadata": {}}
        self._result.outputs = (output,) if self._outcome else ()


def _outcome(future: ScalerFuture[Any]) -> dict[str, Any]:
    """Return the result, or the traceback of the exception, as a mime bundle."""
    if future.cancelled():
        return {}
    try:
        error = future.exception(0)
        if error is None:
            return bundle_of(future.result(0))
        text = clean(folded_traceback(traceback_of(error)))
    except Exception as error:  # the value can't be deserialized in this process
        text = clean(f"the result could not be opened: {type(error).__name__}: {error}")
    return {"text/html": preformatted(text), "text/plain": text}


def _escaped(text: str) -> str:
    return escaped(clean_line(text))


def _all_widgets(widget: Any) -> list[Any]:
    found = [widget]
    for child in getattr(widget, "children", ()):
        found += _all_widgets(child)
    return found


def _kernel_waits() -> bool:
    """Whether the kernel's comms are known to wait for the running cell."""
    kernel = running_kernel()
    return kernel is not None and not getattr(kernel, "_supports_kernel_subshells", False)


def open_form(client: Client, fn: Callable[..., Any], given: dict[str, Any]) -> Form:
    """Return the form of `Client.submit_form`."""
    return Form(client, fn, given)
