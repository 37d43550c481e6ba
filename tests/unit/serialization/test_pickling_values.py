"""Values survive the trip, large ones without a copy; an error names what can't be sent."""

from __future__ import annotations

import importlib.util
import operator
import pickle
import threading
import types
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pickling_roundtrip import MEGABYTE, echo, returned, sent

from scaler_lab.errors import ResultUnserializable, TaskInterrupted, TaskUnserializable
from scaler_lab.serialization import huge_pages
from scaler_lab.serialization.pickling import (
    Packed,
    flatten,
    pack_call,
    pack_exception,
    pack_value,
    unflatten,
    unpack_call,
    unpack_exception,
    unpack_value,
)

pytestmark = pytest.mark.usefixtures("no_module_left_registered")

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)

keys = st.text() | st.integers() | st.binary() | st.tuples(st.integers(), st.text())

values = st.recursive(
    scalars | st.sampled_from([bytes(70_000), b"x" * 65_536]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(keys, inner, max_size=5)
        | st.tuples(inner, inner)
        | st.frozensets(scalars, max_size=3)
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(values, max_size=4), st.dictionaries(st.text(), values, max_size=3))
def test_any_call_survives(args: list[Any], kwargs: dict[str, Any]) -> None:
    assert sent(echo, *args, **kwargs) == (tuple(args), kwargs)
    local = unpack_call(*pack_call(lambda *a, **k: (a, k), tuple(args), kwargs, "task"))
    assert local[0](*local[1], **local[2]) == (tuple(args), kwargs)
    assert returned([args, kwargs]) == [args, kwargs]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 127), st.lists(st.binary(max_size=200), min_size=1, max_size=6))
def test_flatten_and_unflatten_are_inverse(flags: int, segments: list[bytes]) -> None:
    found_flags, found = unflatten(flatten(Packed(flags, [*segments])))
    assert (found_flags, [bytes(segment) for segment in found]) == (flags, segments)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_unflatten_raises_value_error_or_stays_within(data: bytes) -> None:
    try:
        _, segments = unflatten(data)
    except ValueError:
        return
    assert sum(segment.nbytes for segment in segments) <= len(data)


@pytest.mark.parametrize("size", [3, 600, 100_000])
def test_arrays_arrive_equal_and_writable(size: int) -> None:
    array = np.arange(size, dtype=np.float64)
    copy = returned({"a": array})["a"]
    assert np.array_equal(copy, array)
    copy[0] = 7
    assert array[0] == 0


def test_a_read_only_array_stays_so() -> None:
    array = np.arange(10_000)
    array.flags.writeable = False
    assert not returned(array).flags.writeable


def test_a_large_array_is_not_copied_when_packed() -> None:
    array = np.zeros(100 * MEGABYTE, dtype=np.uint8)
    packed = pack_value([array], "task")
    assert packed.nbytes < array.nbytes + 1000
    array[5] = 9
    (loose,) = packed.segments[1:]
    assert loose[5] == 9
    call = pack_call(np.sum, (array,), {}, "sum")
    assert np.shares_memory(np.frombuffer(call.segments[1], dtype=np.uint8), array)


def test_a_large_array_is_not_copied_when_unpacked() -> None:
    packed = pack_value(np.arange(100_000), "task")
    buffer = bytearray(packed.segments[1])
    copy = unpack_value(packed.flags, [packed.segments[0], memoryview(buffer)])
    assert np.shares_memory(copy, np.frombuffer(buffer, dtype=np.uint8))


@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_large_byte_strings_travel_beside_the_stream(kind: type) -> None:
    large = kind(b"x" * MEGABYTE)
    for value in (large, [large, 1], (1, large), {"image": large, "deep": {"er": [1]}}):
        packed = pack_value(value, "task")
        assert len(packed.segments[0]) < 500
        assert np.shares_memory(
            np.frombuffer(packed.segments[1], dtype=np.uint8), np.frombuffer(large, np.uint8)
        )
        copy = returned(value)
        assert copy == value
    (first,), _ = sent(echo, large)
    assert type(first) is kind


@pytest.mark.parametrize("off", [-1, 0, 1, 4095, 3 * MEGABYTE + 17])
@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_huge_byte_strings_arrive_whole(kind: type[bytes] | type[bytearray], off: int) -> None:
    huge = kind(np.random.default_rng(off + 1).bytes(huge_pages.MIN_HUGE_BYTES + off))
    copy = returned([huge])[0]
    assert type(copy) is kind
    assert copy == huge
    assert hash(bytes(copy)) == hash(bytes(huge))
    assert pickle.loads(pickle.dumps(copy)) == huge


def test_without_huge_pages_a_byte_string_is_copied_as_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("mmap.MADV_HUGEPAGE", raising=False)
    spec = huge_pages.__spec__
    assert spec is not None
    assert spec.loader is not None
    elsewhere = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elsewhere)
    huge = bytes(range(256)) * (huge_pages.MIN_HUGE_BYTES // 256)
    assert elsewhere.bytes_of(memoryview(huge)) == huge


def test_a_byte_string_that_occurs_twice_is_sent_once() -> None:
    large = b"x" * MEGABYTE
    assert len(pack_call(echo, (large, [large]), {"x": large}, "task").segments) == 2


def test_large_bytearrays_keep_what_they_share() -> None:
    large = bytearray(MEGABYTE)
    box = [large]
    (first, second, third), _ = sent(echo, large, box, box)
    assert second is third
    assert second[0] is first


def test_a_loop_around_large_bytes_stays_a_loop() -> None:
    ring: list[Any] = [b"x" * MEGABYTE]
    ring.append(ring)
    copy = returned(ring)
    assert copy[1] is copy


def test_containers_of_large_bytes_that_an_object_shares_stay_shared() -> None:
    box = [b"x" * MEGABYTE]
    (first, second), _ = sent(echo, box, types.SimpleNamespace(box=box))
    assert second.box is first
    assert first == box


def test_flags_of_something_else_are_refused() -> None:
    for unpack in (unpack_call, unpack_value, unpack_exception):
        with pytest.raises(ValueError, match="flags 99"):
            unpack(99, [pickle.dumps(None)])


# -- what can't be pickled ----------------------------------------------------------------------


class Reduces:
    """Does something when pickled."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __reduce__(self) -> Any:
        raise self._error


TOO_DEEP = 200_000  # since Python 3.14 the stack's size is the limit: some 30,000 lists


def nested(depth: int) -> list[Any]:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    return deep


@pytest.mark.parametrize(
    "culprit",
    [
        threading.Lock(),
        Reduces(SystemExit(3)),
        Reduces(RecursionError("deep")),
        Reduces(GeneratorExit()),
        Reduces(MemoryError()),
        nested(TOO_DEEP),
        (i for i in "abc"),
    ],
    ids=lambda culprit: type(culprit).__name__,
)
def test_the_error_names_what_can_t_be_pickled(culprit: Any) -> None:
    with pytest.raises(TaskUnserializable, match="argument") as call:
        pack_call(operator.add, (1, culprit), {}, "add")
    assert call.value.__cause__ is not None
    with pytest.raises(ResultUnserializable, match="the result of add") as result:
        pack_value({"x": culprit}, "add")
    assert result.value.__cause__ is not None


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, TaskInterrupted])
def test_an_interrupt_passes_through_pickling(interrupt: type[KeyboardInterrupt]) -> None:
    with pytest.raises(interrupt):
        pack_call(echo, (Reduces(interrupt()),), {}, "task")
    with pytest.raises(interrupt):
        pack_value(Reduces(interrupt()), "task")
    error = ValueError(1)
    error.x = Reduces(interrupt())  # type: ignore[attr-defined]
    with pytest.raises(interrupt):
        pack_exception(error, "task")
