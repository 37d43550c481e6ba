"""The side panel in JupyterLab: see `tests.browser.panel_measures`."""

from tests.browser.panel_measures import main

if __name__ == "__main__":
    main()
