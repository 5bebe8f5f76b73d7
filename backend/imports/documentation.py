"""The columns of every kind as the documentation has them. `python -m backend.imports.documentation` renews it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backend.imports.columns import Kind
from backend.imports.registry import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "import.md"
EXAMPLES = PAGE.parent / "import"
BEGIN = "<!-- columns: made by python -m backend.imports.documentation -->\n"


def section(kind: Kind[Any]) -> str:
    """A heading and a table of the columns."""
    lines = [
        f"### {kind.name}.csv",
        "",
        f"Example: [{kind.name}.csv](import/{kind.name}.csv).",
        "",
        "| column | coluna | also | needed | meaning |",
        "|---|---|---|---|---|",
    ]
    for column in kind.columns:
        also = ", ".join(f"`{alias}`" for alias in column.aliases)
        needed = "yes" if column.required else ""
        meaning = column.meaning.replace("|", "\\|")
        lines.append(f"| `{column.name}` | `{column.portuguese}` | {also} | {needed} | {meaning} |")
    return "\n".join(lines) + "\n"


def sections() -> str:
    return "\n".join(section(kind) for kind in KINDS.values())


def renew() -> None:
    prose, _, _ = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{prose}{BEGIN}\n{sections()}")
    EXAMPLES.mkdir(exist_ok=True)
    for kind in KINDS.values():
        (EXAMPLES / f"{kind.name}.csv").write_bytes(kind.example().encode())


if __name__ == "__main__":
    renew()
