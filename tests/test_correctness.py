"""docs/correctness.md names its tests; they exist, and the slow ones are marked as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "correctness.md").read_text(encoding="utf-8")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_a_test_that_the_page_names_exists(name: str) -> None:
    found = re.search(rf"((?:^@.*\n)*)^def {name}\(", TESTS, re.M)
    assert found, f"no test is called {name}"
    assert ("mark.slow" in found[1]) == (re.search(rf"`{name}`\s+\(slow\)", PAGE) is not None)


def test_the_files_it_names_exist() -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`", PAGE)
    assert files
    assert all((ROOT / one).exists() for one in files)
