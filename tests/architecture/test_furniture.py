"""Every room has its furniture; nothing lies in junk drawers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from tests.architecture import diagrams
from tests.architecture.floors import CONFIG, ROOT, files, levels

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES = 60
JUNK = frozenset({"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "lib"})
ROOMS = sorted(r for r in levels() if r != CONFIG and (ROOT / r.replace(".", "/") / "apps.py").exists())
_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*(#|issues?/| issue )\d+)")


def missing_in_room(folder: Path) -> list[str]:
    """Return what a room's README lacks."""
    readme = folder / "README.md"
    if not readme.exists():
        return ["README.md"]
    text = readme.read_text("utf-8")
    missing = []
    if len(text.splitlines()) > MOST_LINES:
        missing.append(f"at most {MOST_LINES} lines")
    for file, word in (("models.py", "Nouns"), ("actions.py", "Verbs"), ("actions", "Verbs")):
        # core speaks of modules: it has no words of the domain.
        if (folder / file).exists() and folder.name != "core" and word.lower() not in text.lower():
            missing.append(word)
    if any(folder.glob("lifecycle*.py")) and folder.name != "core" and "docs/lifecycles.md" not in text:
        missing.append("where its life cycle is drawn: docs/lifecycles.md")
    return missing


@pytest.mark.parametrize("room", ROOMS)
def test_room_has_a_readme_with_its_nouns_and_verbs(room: str) -> None:
    assert missing_in_room(ROOT / room.replace(".", "/")) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (None, ["README.md"]),
        ("nouns verbs docs/lifecycles.md\n" * 61, ["at most 60 lines"]),
        ("verbs docs/lifecycles.md", ["Nouns"]),
        ("nouns docs/lifecycles.md", ["Verbs"]),
        ("nouns verbs", ["where its life cycle is drawn: docs/lifecycles.md"]),
        ("nouns verbs docs/lifecycles.md", []),
    ],
)
def test_room_with_a_planted_readme_is_judged(text: str | None, missing: list[str], tmp_path: Path) -> None:
    for name in ("models.py", "actions.py", "lifecycle.py"):
        (tmp_path / name).touch()
    if text is not None:
        (tmp_path / "README.md").write_text(text, "utf-8")
    assert missing_in_room(tmp_path) == missing


def test_rooms_are_all_looked_at() -> None:
    assert len(ROOMS) >= 11


def is_junk(path: Path) -> bool:
    """Whether a module's name says nothing of what is in it."""
    return path.stem.strip("_") in JUNK or (path.name == "__init__.py" and path.parent.name in JUNK)


def test_modules_are_named_for_what_they_hold() -> None:
    tests = [f for f in (ROOT / "tests").rglob("*.py") if f.is_file()]
    assert [str(f) for f in [*files("*.py"), *tests] if is_junk(f)] == []


@pytest.mark.parametrize("name", ["utils.py", "_helpers.py", "common/__init__.py", "manager.py"])
def test_module_with_a_planted_name_is_junk(name: str, tmp_path: Path) -> None:
    assert is_junk(tmp_path / name)


def put_off(text: str) -> list[str]:
    """Return the lines that put something off without naming an issue."""
    return [line for line in text.splitlines() if _LATER.search(line)]


def test_code_puts_nothing_off_without_an_issue() -> None:
    here = [f for p in ("*.py", "*.html", "*.js", "*.css", "*.md") for f in files(p)]
    assert [f"{f}: {line}" for f in here for line in put_off(f.read_text("utf-8"))] == []


def test_put_off_with_planted_lines_finds_those_without_an_issue() -> None:
    assert put_off("# TODO: later\n# TODO(#12): ok\n// FIXME issue 3\n<!-- XXX -->\ntodos = []") == [
        "# TODO: later",
        "<!-- XXX -->",
    ]


def generic_keys(everything: list[type[models.Model]]) -> list[str]:
    """Return the relations that the database cannot check."""
    return [
        f"{m.__name__}.{f.name}"
        for m in everything
        for f in [*m._meta.private_fields, *m._meta.local_fields]
        if type(f).__name__ in {"GenericForeignKey", "GenericRelation"}
        or (f.related_model is not None and getattr(f.related_model, "__name__", "") == "ContentType")
    ]


def test_models_have_no_generic_foreign_key() -> None:
    ours = [m for m in apps.get_models() if m.__module__.startswith("tongxin.")]
    assert len(ours) > 30
    assert generic_keys(ours) == []


def test_generic_keys_with_a_planted_one_finds_it() -> None:
    from django.contrib.contenttypes.fields import GenericForeignKey  # noqa: PLC0415
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415
    from django.test.utils import isolate_apps  # noqa: PLC0415

    with isolate_apps("tongxin.capabilities.matters", "django.contrib.contenttypes"):

        class Planted(models.Model):
            kind = models.ForeignKey(ContentType, on_delete=models.CASCADE)
            row = models.UUIDField()
            target = GenericForeignKey("kind", "row")

            class Meta:
                app_label = "matters"

        assert generic_keys([Planted]) == ["Planted.target", "Planted.kind"]


def test_diagrams_in_the_documents_are_those_of_the_tables() -> None:
    assert diagrams.PAGE.read_text("utf-8") == diagrams.page(), "run: python -m tests.architecture.diagrams"


def test_diagrams_after_a_planted_move_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from tongxin.activities.proposals.lifecycle import PROPOSAL  # noqa: PLC0415

    before = diagrams.page()
    # The last one: put back, it stands where it stood, and other tests draw the same page.
    monkeypatch.delitem(PROPOSAL.moves, list(PROPOSAL.moves)[-1])
    with translation.override("en"):
        assert diagrams.page() != before
