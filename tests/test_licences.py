"""docs/licences.md lists what the lock installs and marks what asks for something."""

import subprocess

import pytest

from tests.licences import PAGE, ROOT, START, listed, locked, mark


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


def test_an_audit_passes_only_if_all_that_is_pinned_was_looked_up() -> None:
    """Without `--strict` it passes where the network has an answer for no package."""
    command = ["make", "--dry-run", "audit"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "pip-audit --strict" in told
    pinned = [path.relative_to(ROOT) for path in (ROOT / "requirements").glob("*.txt")]
    assert [path for path in pinned if f"--requirement {path}" not in told] == []
