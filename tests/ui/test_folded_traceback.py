"""Tracebacks show the user's frames, and the frames of libraries as one line."""

from __future__ import annotations

from scaler_lab.ui.folded_traceback import folded_traceback

HEAD = "Traceback (most recent call last):\n"
MINE = "  Cell In[3], line 2, in load\n    pd.read_csv(path)\n    ~~~~~~~~~~~^^^^^^\n"
SCRIPT = '  File "/home/me/site.py", line 2, in load\n    pd.read_csv(path)\n'
PANDAS = '  File "/venv/lib/python3.11/site-packages/pandas/io/parsers.py", line 9, in f\n    g()\n'
STANDARD = '  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode\n    raise x\n'
FROZEN = '  File "<frozen importlib._bootstrap>", line 1027, in _find_and_load\n'


def test_a_run_of_library_frames_becomes_one_line() -> None:
    text = HEAD + MINE + PANDAS * 3 + STANDARD + SCRIPT + "ValueError: no"
    expected = "  ... 4 frames in pandas, the standard library\n"
    assert folded_traceback(text) == HEAD + MINE + expected + SCRIPT + "ValueError: no"


def test_the_frame_that_raised_stays() -> None:
    text = HEAD + MINE + PANDAS * 2 + STANDARD + "ValueError: no"
    expected = HEAD + MINE + "  ... 2 frames in pandas\n" + STANDARD + "ValueError: no"
    assert folded_traceback(text) == expected


def test_a_single_library_frame_stays() -> None:
    text = HEAD + MINE + FROZEN + SCRIPT + PANDAS + "ValueError: no"
    assert folded_traceback(text) == text


def test_frames_without_source_and_repeated_frames_count() -> None:
    repeated = PANDAS + "  [Previous line repeated 9 more times]\n"
    text = HEAD + MINE + FROZEN * 2 + repeated + SCRIPT + "RecursionError"
    expected = HEAD + MINE + "  ... 3 frames in the standard library, pandas\n" + SCRIPT
    assert folded_traceback(text) == expected + "RecursionError"


def test_each_traceback_of_a_chain_and_of_a_group_is_folded_alone() -> None:
    def indented(text: str) -> str:
        return "".join(f"    | {line}\n" for line in text.splitlines())

    chain = "\nThe above exception was the direct cause of the following exception:\n\n"
    one = HEAD + MINE + PANDAS * 3 + "KeyError: 1\n"
    folded = HEAD + MINE + "  ... 2 frames in pandas\n" + PANDAS + "KeyError: 1\n"
    assert folded_traceback(one + chain + one) == folded + chain + folded
    assert folded_traceback(indented(one)) == indented(folded)


def test_text_that_is_not_a_traceback_stays() -> None:
    for text in ("", "ValueError: no", "a\n  b\n\nc\n"):
        assert folded_traceback(text) == text
