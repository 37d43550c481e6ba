"""Map a file into memory without keeping its descriptor open.

Python's `mmap` keeps a duplicate of the file's descriptor as long as the mapping lives.  A program
that keeps a thousand results would use up all its descriptors (1,024 is the usual limit).  Since
Python 3.13, ``trackfd=False`` prevents this.  On older versions this module creates an anonymous
mapping with `mmap` and maps the file over it at the same address.  The kernel replaces the one by
the other; the `mmap` object only knows the address, and unmaps the file when it is deleted.
"""

from __future__ import annotations

import functools
import mmap
import os
import sys
from collections.abc import Callable

_MAP_FIXED = 0x10  # on Linux and macOS; Python's mmap doesn't name it
_torn: list[mmap.mmap] = []  # areas in which a failed overlay may have left a hole; never unmapped


def map_file(descriptor: int, size: int, *, writable: bool) -> memoryview:
    """Map the first *size* bytes of a regular file, which must be at least that long.

    With *writable*, the memory is private to the caller: changes don't reach the file or other
    readers.  Otherwise it is read-only and shared.  The descriptor may be closed immediately
    afterwards.  Raises OSError.
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
    import ctypes  # takes 10 ms, so it is imported only if needed

    map_at = ctypes.CDLL(None, use_errno=True).mmap  # this library object isn't shared
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
