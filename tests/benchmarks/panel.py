"""The side panel in JupyterLab, measured in a real browser.

    python -m tests.browser.setup          once
    python -m tests.benchmarks.panel

What is measured stands in `tests/browser/panel_measures.py`, beside the Lab and the browser it
needs.
"""

from __future__ import annotations

import runpy

if __name__ == "__main__":
    runpy.run_module("tests.browser.panel_measures", run_name="__main__")
