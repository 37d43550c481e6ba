"""A file's content as memory, which holds no descriptor.

Python's `mmap` keeps a duplicate of the file's descriptor for as long as the mapping lives, so a
thousand results that a program keeps would take all it may have (1,024 is the usual limit).  From
3.13 on it can be told not to (``trackfd=False``).  Before, memory that belongs to no file is mapped
by `mmap`, and the file is mapped over it in the same place: the kernel replaces the one by the
other, and the `mmap` object, which knows the place only, unmaps it at its end.
"""

from __future__ import annotations

import functools
import mmap
import os
import sys
from collections.abc import Callable

_MAP_FIXED = 0x10  # on Linux and macOS; Python's mmap doesn't name it
_torn: list[mmap.mmap] = []  # what a failed overlay may have left a hole in; never unmapped


def map_file(descriptor: int, size: int, *, writable: bool) -> memoryview:
    """The first *size* bytes of a regular file, which must have so many.

    *writable*: private to the caller, whose changes nobody sees.  Else read-only and shared.  The
    descriptor may be closed at once.  Raises OSError.
    """
    if sys.version_info >= (3, 13):
        access = mmap.ACCESS_COPY if writable else mmap.ACCESS_READ
        return memoryview(mmap.mmap(descriptor, size, access=access, trackfd=False))
    area = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE)
    try:
        _overlay()(area, size, descriptor, writable)
    except OSError:
        _torn.append(area)
        raise
    return memoryview(area) if writable else memoryview(area).toreadonly()


@functools.cache
def _overlay() -> Callable[[mmap.mmap, int, int, bool], None]:
    import ctypes  # 10 ms that only those who need it pay

    map_at = ctypes.CDLL(None, use_errno=True).mmap  # of a library object that is ours alone
    map_at.argtypes = (
        *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int),
        ctypes.c_long,
    )
    map_at.restype = ctypes.c_void_p

    def overlay(area: mmap.mmap, size: int, descriptor: int, writable: bool) -> None:
        place = ctypes.addressof(ctypes.c_char.from_buffer(area))
        protection = mmap.PROT_READ | mmap.PROT_WRITE if writable else mmap.PROT_READ
        flags = (mmap.MAP_PRIVATE if writable else mmap.MAP_SHARED) | _MAP_FIXED
        if map_at(place, size, protection, flags, descriptor, 0) != place:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return overlay
