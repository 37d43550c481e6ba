"""The side panel in JupyterLab, measured in a real browser.

    python -m tests.browser.setup          once
    python -m tests.benchmarks.panel

`tests/browser/panel_measures.py` does the work and describes what is measured.  It is in that
folder because it needs its JupyterLab and browser.
"""

from __future__ import annotations

import runpy

if __name__ == "__main__":
    runpy.run_module("tests.browser.panel_measures", run_name="__main__")
