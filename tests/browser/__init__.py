"""The notebook's table in a real browser, over a real JupyterLab and real kernels.

python -m tests.browser.setup     once: the environments (a Lab, a kernel of each ipykernel)
python -m pytest tests/browser    the tests; they fail, and say so, where those are missing
"""
