"""docs/licences.md lists what the lock installs, and marks the licences that ask for something."""

import pytest

from tests.licences import PAGE, START, listed, locked, mark


def test_the_page_lists_the_packages_of_the_lock() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(START)
    rows = listed(text)
    # after a change of the lock: `make licences`
    assert [row[0] for row in rows] == sorted(locked())
    assert len(rows) > 150
    assert [row for row in rows if not row[1] or "UNKNOWN" in row[1]] == []
    assert [row for row in rows if row[2] != mark(row[1])] == []
    uses = {row[0]: row[3] for row in rows}
    assert {uses[name] for name in ("tensorflow", "mlflow", "grandalf")} == {"running"}
    assert {uses[name] for name in ("pytest", "ruff", "hypothesis")} == {"development"}


@pytest.mark.parametrize(
    ("licence", "wanted"),
    [
        ("MIT", ""),
        ("Apache-2.0 OR BSD-3-Clause", ""),
        ("GPLv2 with linking exception", "copyleft"),
        ("GNU General Public License v2 (GPLv2)", "copyleft"),
        ("LGPL-3.0-or-later", "copyleft"),
        ("EPL-2.0 OR GPL-2.0-or-later", "choice"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "own files"),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", "own files"),
    ],
)
def test_licences_that_ask_for_something_are_marked(licence: str, wanted: str) -> None:
    assert mark(licence) == wanted
