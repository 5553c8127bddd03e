"""Draw docs/lifecycles.md from the tables: ``python -m tests.architecture.diagrams``."""

from __future__ import annotations

import os
from importlib import import_module

from tests.architecture.floors import ROOT, levels

PAGE = ROOT / "docs" / "lifecycles.md"
_HEAD = """# Life cycles

Drawn from the tables in each room's `lifecycle*.py` by `python -m tests.architecture.diagrams`; do not edit.
A test compares. A move whose target is its own state leaves the state to the action.
"""


def page() -> str:
    """Return the page with one diagram for each life cycle of each room, in Chinese."""
    from django.utils import translation  # noqa: PLC0415 (settings come first)

    from tongxin.foundation.core.lifecycle import Lifecycle  # noqa: PLC0415

    text = _HEAD
    with translation.override("zh-hans"):
        for room in sorted(levels()):
            folder = ROOT / room.replace(".", "/")
            if room == "tongxin.foundation.core":
                continue
            drawn: list[object] = []
            for module in sorted(path.stem for path in folder.glob("lifecycle*.py")):
                for name, table in vars(import_module(f"{room}.{module}")).items():
                    # One that a second module only imports is drawn once.
                    if isinstance(table, Lifecycle) and not any(table is other for other in drawn):
                        drawn.append(table)
                        text += (
                            f"\n## {room.removeprefix('tongxin.')}: {name}\n\n"
                            f"```mermaid\n{table.diagram()}```\n"
                        )
    return text


def main() -> None:
    """Write the page."""
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
