"""The ten lines of the README run, and the two commands exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.pages import DOCS, run

README = (DOCS.parent / "README.md").read_text("utf-8")
ORIGIN = """
asked = []
def run_the_slow_query(customer):
    asked.append(customer)
    return {"orders": 3}
"""
CHECK = """
    assert asked == ["ada"]
    assert cache.get("greeting") is None
    assert report("ada") == {"orders": 3}
    assert asked == ["ada", "ada"]
"""


def test_the_ten_lines_do_what_they_say(tmp_path: Path) -> None:
    shown = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(shown) == 1
    (tmp_path / "lines.py").write_text(ORIGIN + shown[0] + CHECK, "utf-8")
    done = run(tmp_path, "lines.py")
    assert done.returncode == 0, done.stderr


def test_every_command_is_a_target_of_the_makefile() -> None:
    makefile = (DOCS.parent / "Makefile").read_text("utf-8")
    for page in (README, (DOCS.parent / "CONTRIBUTING.md").read_text("utf-8")):
        for target in re.findall(r"^make (\w+)", page, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
