"""The views: terminal, notebook and JupyterLab.  They poll the board and keep no task state."""
