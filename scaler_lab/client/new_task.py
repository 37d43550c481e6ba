"""What a new task has besides its call: an id, a name, the futures that it needs, annotations."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Mapping
from typing import Any

from scaler_lab.client.notebook_cell import current_cell
from scaler_lab.core.dependencies import PLAIN_TYPES, futures_in
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.memory_size import size_text
from scaler_lab.core.messages import (
    NO_ANNOTATIONS,
    GroupId,
    RetriedOn,
    TaskAnnotations,
    TaskId,
)
from scaler_lab.core.options import PLAIN, TaskOptions
from scaler_lab.engines.base import Engine, Feature
from scaler_lab.errors import FeatureMissing


class TaskIds:
    """Generates task ids: a random prefix for the client, then a count.  Thread-safe."""

    next: Callable[[], TaskId]
    """Returns a new task id.  All of it is C: each submit calls it."""

    def __init__(self) -> None:
        self.prefix = os.urandom(8).hex()
        numbered = f"{self.prefix}%016x".__mod__
        self.next = map(numbered, itertools.count(1)).__next__  # type: ignore[assignment]


def name_of(fn: Callable[..., Any]) -> str:
    """Return the name of a task that runs *fn*: its qualified name, without enclosing functions."""
    while isinstance(fn, functools.partial):
        fn = fn.func
    name = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None)
    if not isinstance(name, str):
        name = type(fn).__qualname__
    if "<" in name:
        name = name.rpartition("<locals>.")[2]
    return name if type(name) is str and name.isascii() else plain_text(name)


def needs_of(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the futures among a call's arguments; fast if all of them are plain values."""
    for value in args:
        if type(value) not in PLAIN_TYPES:
            break
    else:
        if not kwargs:
            return ()
    return tuple(futures_in((*args, *kwargs.values())))


def annotations_of(
    options: TaskOptions, group: GroupId | None = None, group_name: str = ""
) -> TaskAnnotations:
    """Return what the client notes about a task that is submitted now with *options*."""
    cell = current_cell()
    if options is PLAIN and not cell and not group_name:
        return NO_ANNOTATIONS
    return TaskAnnotations(
        group,
        group_name,
        options.priority,
        options.tags,
        options.force_cancel,
        cell,
        options.retried_on if options.retries else RetriedOn.NOTHING,
        options.memory,
    )


def check_features(engine: Engine, options: TaskOptions) -> None:
    """Raise `FeatureMissing` if *engine* does not support an option."""
    if options.priority and Feature.PRIORITY not in engine.features:
        raise FeatureMissing(
            f"priority={options.priority}: {engine.label} runs tasks in its own "
            "order; leave out the priority"
        )
    if options.memory and Feature.MEMORY_LIMITS not in engine.features:
        raise FeatureMissing(
            f"memory={size_text(options.memory)!r}: {engine.label} can't limit the memory of a "
            "task; leave out the limit, or use the local engine, Client(), on Linux"
        )
