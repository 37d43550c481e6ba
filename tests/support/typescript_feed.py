"""The messages between pages and Python in TypeScript, written from the Python structs.

    python tests/support/typescript_feed.py

writes two files in `extension/packages/table/src`: `feed.ts`, the messages and rows that a page
receives, and `requests.ts`, what it sends.  A test fails if a file differs from this program's
output, so a field can't be added, removed or moved on one side only.

The messages are arrays, and rows are sent as columns, in the order of the struct's fields.  A page
may be newer than the server, so a field that has a default in Python may be missing, as in msgspec.
"""

from __future__ import annotations

import json
import re
import typing
from pathlib import Path
from typing import Any, Final

import msgspec

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import ProfileResult, Progress, TaskId
from scaler_lab.core.stack import TaskStack
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages as feed_messages
from scaler_lab.ui import page_encoding
from scaler_lab.ui.jupyterlab import requests
from scaler_lab.ui.page_encoding import COLUMNS_OF_DIFFERENCES

FOLDER: Final = Path(__file__).parents[2] / "extension/packages/table/src"

_HEAD: Final = """\
/**
 * The messages of the feed, read from JSON.
 *
 * Written by `python tests/support/typescript_feed.py` from scaler_lab/feed/messages.py.  A test
 * compares them. A message that doesn't have the expected form throws `FeedError`.
 */

import {
  FeedError,
  readCountsIfAny,
  readFlag,
  readList,
  readNumber,
  readNumberOrNull,
  readStatus,
  readText,
  readTextOrNull,
} from "./json.js";
import { readStack, type TaskStack } from "./stack.js";
"""

_REQUESTS_HEAD: Final = """\
/**
 * What a page sends: messages to the kernel and to the Jupyter server, and bodies of commands.
 *
 * Written by `python tests/support/typescript_feed.py` from the Python structs.  A test compares
 * them.  Messages are arrays, bodies are objects.
 */
"""

_LINE_LENGTH: Final = 100  # as prettier breaks lines

_NAMES: Final = {TaskInfo: "Row", ProfileResult: "Profile"}
_FIELDS: Final = {(TaskInfo, "task_id"): "id", (feed_messages.Welcome, "n_workers"): "workerCount"}
_KINDS: Final = {"details-of": "details", "ended": "closed"}
_NOT_SENT: Final = {list[feed_messages.WorkerRow], TaskInfo | None}  # to pages
_TEXTS: Final = tuple[str, ...]

_TYPES: Final[dict[Any, tuple[str, str]]] = {  # the type in TypeScript, and how it is read
    str: ("string", "readText({})"),
    TaskId: ("string", "readText({})"),
    bool: ("boolean", "readFlag({})"),
    int: ("number", "readNumber({})"),
    float: ("number", "readNumber({})"),
    int | float: ("number", "readNumber({})"),
    int | None: ("number | null", "readNumberOrNull({})"),
    float | None: ("number | null", "readNumberOrNull({})"),
    int | float | None: ("number | null", "readNumberOrNull({})"),
    Status: ("Status", "readStatus({})"),
    Resolution | None: ("Resolution | null", "readTextOrNull({}) as Resolution | null"),
    _TEXTS: ("readonly string[]", "readList({}).map(readText)"),
    list[str]: ("readonly string[]", "readList({}).map(readText)"),
    list[TaskId]: ("readonly string[]", "readList({}).map(readText)"),
    list[TaskInfo]: ("readonly Row[]", "readColumns({})"),
    dict[str, int]: ("Counts | null", "readCountsIfAny({})"),
    Progress | None: ("Progress | null", "readProgress({})"),
    ProfileResult | None: ("Profile | null", "readProfile({})"),
    dict[TaskId, LiveUsage]: ("ReadonlyMap<string, LiveUsage>", "readUsages({})"),
    TaskStack | None: ("TaskStack | null", "readStack({})"),
}


def generated() -> dict[Path, str]:
    """Return the text of each TypeScript file."""
    return {FOLDER / "feed.ts": _feed(), FOLDER / "requests.ts": _requests()}


def _requests() -> str:
    to_kernel = typing.get_args(page_encoding.FromPage)
    to_server = typing.get_args(requests.FeedRequest)
    parts = [
        _REQUESTS_HEAD,
        *(_tuple(message) for message in (*to_kernel, *to_server)),
        _alternatives("KernelRequest", [message.__name__ for message in to_kernel]),
        _alternatives("FeedRequest", [message.__name__ for message in to_server]),
        *(_body(struct) for struct in (requests.CancelBody, requests.RetryBody)),
    ]
    return "\n".join(parts)


def _tuple(message: Any) -> str:
    fields = [f"kind: {_literal(message.__struct_config__.tag)}"]
    fields += [f"{name}{mark}: {kind}" for name, mark, kind in _sent_fields(message)]
    line = f"export type {message.__name__} = readonly [{', '.join(fields)}];\n"
    if len(line) <= _LINE_LENGTH:
        return line
    lines = "".join(f"  {field},\n" for field in fields)
    return f"export type {message.__name__} = readonly [\n{lines}];\n"


def _body(struct: Any) -> str:
    lines = [f"  readonly {name}{mark}: {kind};" for name, mark, kind in _sent_fields(struct)]
    return "\n".join([f"export interface {struct.__name__} {{", *lines, "}\n"])


def _sent_fields(struct: Any) -> list[tuple[str, str, str]]:
    """Return each field's name, a question mark if it may be missing, and its type."""
    hints = typing.get_type_hints(struct)
    return [
        (
            field.name if not struct.__struct_config__.array_like else _camel_case(field.name),
            "" if field.required else "?",
            _TYPES[hints[field.name]][0],
        )
        for field in msgspec.structs.fields(struct)
    ]


def _feed() -> str:
    messages = typing.get_args(feed_messages.FromPublisher)
    parts = [
        _HEAD,
        f"export const PROTOCOL = {feed_messages.PROTOCOL};\n",
        _union("Status", Status),
        _union("Resolution", Resolution),
        "/** How many tasks have each status. */\nexport type Counts = Record<Status, number>;\n",
        *(
            _interface(struct)
            for struct in (Progress, ProfileResult, LiveUsage, TaskInfo, *messages)
        ),
        _alternatives("FeedMessage", [message.__name__ for message in messages]),
        _message_reader(messages),
        _columns_reader(),
        _progress_reader(),
        _usages_reader(),
        _profile_reader(),
    ]
    return "\n".join(parts)


def _union(name: str, values: Any) -> str:
    return _alternatives(name, [_literal(value.value) for value in values])


def _alternatives(name: str, types: list[str]) -> str:
    # A line for each, as prettier breaks it, unless it is short.
    line = f"export type {name} = {' | '.join(types)};\n"
    if len(line) <= _LINE_LENGTH:
        return line
    return f"export type {name} =\n  | " + "\n  | ".join(types) + ";\n"


def _interface(struct: Any) -> str:
    lines = [f"export interface {_NAMES.get(struct, struct.__name__)} {{"]
    if struct.__struct_config__.tag is not None:
        lines.append(f"  readonly kind: {_literal(_kind(struct))};")
    lines += [f"  readonly {name}: {kind};" for name, kind, *_rest in _fields(struct)]
    return "\n".join([*lines, "}\n"])


def _message_reader(messages: tuple[Any, ...]) -> str:
    lines = [
        "/** Return the message in *value*, which is JSON.  Throws `FeedError`. */",
        "export function readMessage(value: unknown): FeedMessage {",
        "  const parts = readList(value);",
        "  switch (parts[0]) {",
    ]
    for message in messages:
        lines.append(f"    case {_literal(message.__struct_config__.tag)}:")
        lines.append("      return {")
        lines.append(f"        kind: {_literal(_kind(message))},")
        for name, _kind_of, reader, default, place in _fields(message):
            value = reader.format(f"parts[{place + 1}]{default}")
            lines.append(f"        {name}: {value},")
        lines.append("      };")
    lines += [
        "    default:",
        "      throw new FeedError(`not a message of this feed: ${String(parts[0])}`);",
        "  }",
        "}\n",
    ]
    return "\n".join(lines)


def _columns_reader() -> str:
    fields = _fields(TaskInfo)
    sums = [name for name, *_rest in fields if name in COLUMNS_OF_DIFFERENCES]
    n_required = sum(field.required for field in msgspec.structs.fields(TaskInfo))
    lines = [
        "/** Return the rows in *value*: one list for each field of a row, in this order. */",
        "export function readColumns(value: unknown): Row[] {",
        "  const columns = readList(value).map(readList);",
        "  if (columns.length === 0) {",
        "    return [];",
        "  }",
        f"  if (columns.length < {n_required}) {{",
        f"    throw new FeedError(`a row has {n_required} fields, not ${{columns.length}}`);",
        "  }",
        "  const column = (n: number): readonly unknown[] => columns[n] ?? [];",
        *(f"  let {name} = 0;" for name in sums),
        "  return column(0).map((_id, n) => {",
        *(f"    {name} += readNumber(column({_place_of(name)})[n]);" for name in sums),
        "    return {",
    ]
    for name, _kind_of, reader, default, place in fields:
        value = reader.format(f"column({place})[n]{default}")
        lines.append(f"      {name}," if name in sums else f"      {name}: {value},")
    return "\n".join([*lines, "    };", "  });", "}\n"])


def _progress_reader() -> str:
    lines = [
        "function readProgress(value: unknown): Progress | null {",
        "  if (value === null || value === undefined) {",
        "    return null;",
        "  }",
        "  const parts = readList(value);",
        "  return {",
    ]
    for name, _kind_of, reader, default, place in _fields(Progress):
        lines.append(f"    {name}: {reader.format(f'parts[{place}]{default}')},")
    return "\n".join([*lines, "  };", "}\n"])


def _usages_reader() -> str:
    lines = [
        "function readUsages(value: unknown): ReadonlyMap<string, LiveUsage> {",
        "  return new Map(",
        "    Object.entries(value ?? {}).map(([id, fields]) => {",
        "      const parts = readList(fields);",
        "      return [",
        "        id,",
        "        {",
    ]
    for name, _kind_of, reader, _default, place in _fields(LiveUsage):
        lines.append(f"          {name}: {reader.format(f'parts[{place}]')},")
    return "\n".join([*lines, "        },", "      ];", "    }),", "  );", "}\n"])


def _profile_reader() -> str:
    lines = [
        "function readProfile(value: unknown): Profile | null {",
        '  if (typeof value !== "object" || value === null) {',
        "    return null;",
        "  }",
        "  const of = value as Record<string, unknown>;",
        "  return {",
    ]
    for (name, _kind_of, reader, default, _place), key in zip(
        _fields(ProfileResult), ProfileResult.__struct_fields__, strict=True
    ):
        lines.append(f"    {name}: {reader.format(f'of.{key}{default}')},")
    return "\n".join([*lines, "  };", "}\n"])


def _fields(struct: Any) -> list[tuple[str, str, str, str, int]]:
    """Return each field's name, type, reader, default and place, without those not sent."""
    hints = typing.get_type_hints(struct)
    found: list[tuple[str, str, str, str, int]] = []
    for place, field in enumerate(msgspec.structs.fields(struct)):
        hint = hints[field.name]
        if hint in _NOT_SENT:
            continue
        kind, reader = _TYPES[hint]
        name = _FIELDS.get((struct, field.name)) or _camel_case(field.name)
        default = (
            "" if field.required or field.default is None else f" ?? {json.dumps(field.default)}"
        )
        found.append((name, kind, reader, default, place))
    return found


def _camel_case(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _place_of(name: str) -> int:
    return TaskInfo.__struct_fields__.index(name)


def _kind(message: Any) -> str:
    tag: str = message.__struct_config__.tag
    return _KINDS.get(tag, tag)


def _literal(text: str) -> str:
    return json.dumps(text)


if __name__ == "__main__":
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")
