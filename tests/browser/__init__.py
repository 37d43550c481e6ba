"""Tests of the notebook's table in a real browser, with a real JupyterLab and real kernels.

python -m tests.browser.setup     once: the environments (a Lab, a kernel of each ipykernel)
python -m pytest tests/browser    the tests; if the environments are missing, they fail with a
                                  message
"""
