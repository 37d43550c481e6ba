"""Amounts of memory, as people write and read them."""

from __future__ import annotations

import pytest

from scaler_lab.core.memory_size import parse_size, size_text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2 GiB", 2 << 30),
        ("2GiB", 2 << 30),
        (" 1.5 gib ", 3 << 29),
        ("500 MB", 500_000_000),
        ("512m", 512 << 20),
        ("1T", 1 << 40),
        ("64 kB", 64_000),
        ("4096", 4096),
        ("10 b", 10),
        ("GiB", None),
        ("2 Gb/s", None),
        ("-1 GiB", None),
        ("2 parsecs", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_an_amount_is_read(text: str, size: int | None) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (2 << 30, "2 GiB"),
        (3 << 29, "1.5 GiB"),
        (512 << 20, "512 MiB"),
        (1000, "1 KiB"),
        (1 << 40, "1024 GiB"),
        (10_000_000, "9.5 MiB"),
    ],
)
def test_an_amount_is_shown(size: int, text: str) -> None:
    assert size_text(size) == text
