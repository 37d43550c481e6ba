"""``python -m scaler_lab`` is ``scaler-lab``."""

from __future__ import annotations

import sys

from scaler_lab.cli import main

if __name__ == "__main__":
    sys.exit(main())
