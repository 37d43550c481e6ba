"""The form of `Client.submit_form`: a function's arguments, Run, Cancel, and the result.

    a click on Run ──comm──> fields read, client.submit ──> the last future
    board notifies ──> a thread, while that future is not done ──> a status line, the result

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
from collections.abc import Callable
from typing import Any

from scaler_lab.client.client import Client
from scaler_lab.client.new_task import name_of
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.interactive import running_kernel
from scaler_lab.core.state_machine import Status
from scaler_lab.ui.formatting import STATUS_STYLES, milliseconds, span
from scaler_lab.ui.notebook.fields import FieldUnreadable, fields_of
from scaler_lab.ui.notebook.short_repr import short_repr
from scaler_lab.ui.notebook.static_html import escaped
from scaler_lab.ui.notebook.widget import reply_in_output_of_request
from scaler_lab.ui.sanitize import clean, clean_line

log = logging.getLogger(__name__)

MAX_RESULT_LENGTH = 2000  # characters
REFRESH_INTERVAL = 0.1
FIELD_WIDTH = "min(360px, 96%)"
BLANK_LINE = "\n\n"
LABELS = (  # above the fields
    ".scl-field > .widget-label { flex: 0 0 100%; text-align: start; max-width: none; }"
    ".scl-field > select { min-height: 28px; }"
)

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
        self._future: ScalerFuture[Any] | None = None  # guarded by _lock
        self._watching = False  # guarded by _lock
        self._rung = threading.Event()
        self._run_button = widgets.Button(
            description="Run", button_style="primary", tooltip=f"Submit {name_of(fn)}"
        )
        self._cancel_button = widgets.Button(description="Cancel", disabled=True)
        self._state = widgets.HTML()
        self._result = widgets.HTML()
        self._run_button.on_click(self._on_run)
        self._cancel_button.on_click(self._on_cancel)
        self.box = self._composed(widgets)
        for widget in _all_widgets(self.box):
            reply_in_output_of_request(widget)

    @property
    def future(self) -> ScalerFuture[Any] | None:
        """The future of the last Run; None before the first."""
        with self._lock:
            return self._future

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
        with self._lock:
            self._future = future
            starts = not self._watching
            self._watching = True
        self._rung.set()
        if starts:
            threading.Thread(target=self._follow, name="scaler_lab-form", daemon=True).start()
        return future

    def cancel(self) -> bool:
        """Request to cancel the last call, like the Cancel button.  It doesn't wait.

        Returns:
            Whether the request was accepted; False if nothing was submitted.
        """
        future = self.future
        return future is not None and future.request_cancel(source="form")

    def _ipython_display_(self) -> None:
        display: Any = importlib.import_module("IPython.display").display
        display(self.box)

    def __repr__(self) -> str:
        names = ", ".join(field.name for field in self._fields)
        return f"<form of {name_of(self._fn)}({names})>"

    # -- layout ------------------------------------------------------------------------------------

    def _composed(self, widgets: Any) -> Any:
        title = f"<strong>{_escaped(name_of(self._fn))}</strong>"
        doc = inspect.getdoc(self._fn) if callable(self._fn) else None
        summary = "" if not doc else f"<br>{_escaped(doc.strip().partition(BLANK_LINE)[0])}"
        rows: list[Any] = [widgets.HTML(f"<style>{LABELS}</style>{title}{summary}")]
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
        buttons = [self._run_button, self._cancel_button, self._state]
        rows.append(widgets.HBox(buttons, layout={"align_items": "center", "margin": "4px 0 0"}))
        rows.append(self._result)
        if _kernel_waits():
            rows.append(widgets.HTML(f'<small style="opacity:0.75">{_WAITS}</small>'))
        return widgets.VBox(rows)

    # -- clicks: in the main thread or in a subshell's thread --------------------------------------

    def _on_run(self, _button: object) -> None:
        try:
            self.run()
        except FieldUnreadable as error:
            self._show_error(str(error))
        except Exception as error:  # an exception of a handler would not appear in any cell
            log.info("a form's call was not submitted", exc_info=True)
            self._show_error(f"not submitted: {type(error).__name__}: {error}")

    def _on_cancel(self, _button: object) -> None:
        try:
            self.cancel()
        except Exception as error:
            log.exception("a form's call could not be cancelled")
            self._show_error(f"not cancelled: {type(error).__name__}: {error}")

    def _show_error(self, text: str) -> None:
        self._state.value = _escaped(text)

    # -- the thread that follows the future -------------------------------------------------------

    def _follow(self) -> None:
        """Show the state of the last future until it is done."""
        take_down = self._client.board.subscribe(self._rung.set)
        try:
            while True:
                self._rung.clear()
                future = self.future
                is_over = future is None or self._show(future)
                with self._lock:
                    if is_over and self._future is future:
                        self._watching = False
                        return
                self._rung.wait(1.0)  # once a second, to update the time it has run
                time.sleep(REFRESH_INTERVAL)  # a busy board notifies often
        finally:
            take_down()

    def _show(self, future: ScalerFuture[Any]) -> bool:
        """Show the state of *future*; return whether that is its final state."""
        is_done = future.done()  # read first: everything read after it can only be newer
        status = future.status
        info = self._client.board.info(future.task_id)
        text = f"{STATUS_STYLES[status].icon} {status.value}"
        if info is not None and info.started_at is not None and info.ended_at is not None:
            text += f", {span(info.ended_at - info.started_at)}"
        if info is not None and info.cancel_resolution is not None:
            text += f", {info.cancel_resolution.words}"
            if info.cancel_seconds is not None:
                text += f", {milliseconds(info.cancel_seconds)} after the request"
        self._state.value = _escaped(text)
        self._cancel_button.disabled = is_done or status is Status.CANCELLING
        self._result.value = _outcome(future) if is_done else ""
        return is_done


def _outcome(future: ScalerFuture[Any]) -> str:
    """Return the result or the exception as HTML that contains only text."""
    if future.cancelled():
        return ""
    try:
        error = future.exception(0)
        text = (
            f"{type(error).__name__}: {error}"
            if error
            else short_repr(future.result(0), MAX_RESULT_LENGTH)
        )
    except Exception as error:  # the value can't be deserialized in this process
        text = f"the result could not be opened: {type(error).__name__}: {error}"
    lines = _escaped(text[:MAX_RESULT_LENGTH], lines=True)
    return f'<pre style="margin:0;white-space:pre-wrap;overflow-wrap:anywhere">{lines}</pre>'


def _escaped(text: str, *, lines: bool = False) -> str:
    shown = clean(text) if lines else clean_line(text)
    return escaped(shown)


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
