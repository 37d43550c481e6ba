"""Options of a task: a name, limits, retries, a priority, tags.

`checked` validates them; everything after it can rely on that.  Pure, as this whole floor.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import Any, TypedDict

import msgspec

from scaler_lab.core.encoding import plain_text
from scaler_lab.core.memory_size import MIB, parse_size, size_text
from scaler_lab.core.messages import RetriedOn
from scaler_lab.errors import TaskTimeout

MAX_RETRIES = 1_000_000
MAX_PRIORITY = 2**31 - 1
MAX_TAGS = 64
MAX_TAG_LENGTH = 200  # characters
MIN_MEMORY = MIB
MAX_MEMORY = 2**50
MAX_RETRY_DELAY = 60.0  # seconds; doubling a delay stops here


class OptionsGiven(TypedDict, total=False):
    """The keyword arguments of `Client.options`."""

    name: str | None
    timeout: float | None
    retries: int
    retry_on: type[BaseException] | Iterable[type[BaseException]]
    retry_delay: float
    priority: int
    tags: str | Iterable[str]
    force_cancel: bool
    memory: int | str | None


class TaskOptions(msgspec.Struct, frozen=True):
    """Checked options; the defaults are those of a plain task."""

    name: str | None = None
    timeout: float | None = None  # seconds that each attempt may run
    retries: int = 0
    retry_on: tuple[type[BaseException], ...] = ()  # beside `WorkerDied`
    retry_delay: float = 0.0  # seconds before the second attempt; doubled before each further one
    priority: int = 0
    tags: tuple[str, ...] = ()
    force_cancel: bool = False
    memory: int = 0  # bytes that each attempt may add; 0: no limit

    @property
    def needs_plan(self) -> bool:
        """Whether the task needs attention after it was submitted."""
        return self.timeout is not None or self.retries > 0

    @property
    def retried_on(self) -> RetriedOn:
        """The ends of an attempt that may be followed by another one, if any are left."""
        kinds = RetriedOn.WORKER_DEATH
        if self.retry_on:
            kinds |= RetriedOn.EXCEPTION
        # Only if TaskTimeout itself is listed: it is an OSError, which may be listed for other
        # reasons.
        if TaskTimeout in self.retry_on:
            kinds |= RetriedOn.TIME_LIMIT
        return kinds

    def seconds_before(self, attempt: int) -> float:
        """Return how many seconds to wait before attempt number *attempt*, from 2 on."""
        if self.retry_delay == 0.0:
            return 0.0
        doubled = self.retry_delay * 2.0 ** min(attempt - 2, 64)
        return min(doubled, max(self.retry_delay, MAX_RETRY_DELAY))


PLAIN = TaskOptions()


def checked(base: TaskOptions, given: OptionsGiven) -> TaskOptions:
    """Return *base* with the options in *given* replaced.

    Errors name the option and the value.

    Raises:
        TypeError: An option is unknown, or a value has the wrong type.
        ValueError: A value is out of range.
    """
    changes: dict[str, Any] = {}
    for option, value in given.items():
        check = _CHECKS.get(option)
        if check is None:
            raise TypeError(f"unknown option {option!r}; expected one of: {', '.join(_CHECKS)}")
        changes[option] = check(option, value)
    return msgspec.structs.replace(base, **changes)


def _name(option: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{option} must be a str or None, not {value!r}")
    if not value:
        raise ValueError(f"{option} must not be empty; use None for the function's own name")
    return plain_text(value)


def _seconds(option: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{option} must be a number of seconds, not {value!r}")
    seconds = float(value)
    if math.isnan(seconds):
        raise ValueError(f"{option} must be a number of seconds, not nan")
    return seconds


def _timeout(option: str, value: object) -> float | None:
    if value is None:
        return None
    seconds = _seconds(option, value)
    if seconds <= 0:
        raise ValueError(
            f"{option} must be more than 0 seconds, not {value!r}; use None for no limit"
        )
    return None if math.isinf(seconds) else seconds


def _delay(option: str, value: object) -> float:
    seconds = _seconds(option, value)
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{option} must be 0 seconds or more, not {value!r}")
    return seconds


def _integer(option: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{option} must be a whole number, not {value!r}")
    return int(value)


def _retries(option: str, value: object) -> int:
    retries = _integer(option, value)
    if not 0 <= retries <= MAX_RETRIES:
        raise ValueError(f"{option} must be from 0 to {MAX_RETRIES:,}, not {value!r}")
    return retries


def _priority(option: str, value: object) -> int:
    priority = _integer(option, value)
    if abs(priority) > MAX_PRIORITY:
        raise ValueError(f"{option} must be within ±{MAX_PRIORITY:,}, not {value!r}")
    return priority


def _retry_on(option: str, value: Any) -> tuple[type[BaseException], ...]:
    if isinstance(value, type):
        value = (value,)
    classes = _several(option, value)
    for one in classes:
        if not (isinstance(one, type) and issubclass(one, BaseException)):
            raise TypeError(f"{option} must be one or more exception classes; {one!r} isn't one")
    return classes


def _tags(option: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = (value,)
    tags = _several(option, value)
    for tag in tags:
        if not isinstance(tag, str):
            raise TypeError(f"{option} must be one or more strings; {tag!r} isn't one")
        if not tag:
            raise ValueError(f"{option} must not contain an empty string")
        if len(tag) > MAX_TAG_LENGTH:
            raise ValueError(f"a tag must have at most {MAX_TAG_LENGTH} characters: {tag!r}")
    if len(tags) > MAX_TAGS:
        raise ValueError(f"{option} must be at most {MAX_TAGS}, not {len(tags)}")
    return tuple(dict.fromkeys(map(plain_text, tags)))


def _several(option: str, value: Any) -> tuple[Any, ...]:
    try:
        return tuple(value)
    except TypeError:
        what = "exception classes" if option == "retry_on" else "strings"
        raise TypeError(f"{option} must be one or more {what}, not {value!r}") from None


def _memory(option: str, value: object) -> int:
    if value is None:
        return 0
    size = parse_size(value) if isinstance(value, str) else _integer(option, value)
    if size is None:
        raise ValueError(f"{option} must be an amount such as '2 GiB' or '500 MB', not {value!r}")
    if not MIN_MEMORY <= size <= MAX_MEMORY:
        raise ValueError(
            f"{option} must be from {size_text(MIN_MEMORY)} to {size_text(MAX_MEMORY)}, "
            f"not {value!r}; use None for no limit"
        )
    return size


def _flag(option: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{option} must be True or False, not {value!r}")
    return value


_CHECKS = {
    "name": _name,
    "timeout": _timeout,
    "retries": _retries,
    "retry_on": _retry_on,
    "retry_delay": _delay,
    "priority": _priority,
    "tags": _tags,
    "force_cancel": _flag,
    "memory": _memory,
}
