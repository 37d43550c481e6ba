"""``python -m scaler_lab`` is ``scaler-lab``."""

from __future__ import annotations

import sys


def _leave_out_current_folder() -> None:
    """Take the folder that -m puts first out of sys.path: its modules don't belong to this program.

    Unless this package itself is imported from there.
    """
    home = __file__.rpartition("/scaler_lab/")[0]
    if not sys.flags.safe_path and sys.path and sys.path[0] != home:
        del sys.path[0]


if __name__ == "__main__":
    _leave_out_current_folder()
    from scaler_lab.cli import main

    sys.exit(main())
