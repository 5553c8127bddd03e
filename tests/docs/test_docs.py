"""What the documents say exists, and what exists is in the documents."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from config import cli

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = [ROOT / "README.md", *sorted((ROOT / "docs/operations").glob("*.md"))]
ROOMS = sorted(path.parent for path in ROOT.glob("tongxin/**/apps.py"))
README_LINES = 60
ARCHITECTURE_LINES = 200

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_VARIABLE = re.compile(r"\b(?:TONGXIN|DATABASE)_[A-Z_]*[A-Z]\b")


def documents() -> list[Path]:
    """All documents of the repository, not those of installed packages or of an installation's data."""
    return sorted(
        path
        for path in ROOT.rglob("*.md")
        if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts)
    )


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as repository sites make them."""
    kept = (re.sub(r"[^\w\- ]", "", heading.strip().lower()) for heading in _HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in kept}


def broken_links(document: Path) -> list[str]:
    """Relative links and images of a document that lead nowhere."""
    text = _FENCE.sub("", document.read_text())
    broken = []
    for target in _LINK.findall(_CODE.sub("", text)):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        found = (document.parent / unquote(parts.path)).resolve() if parts.path else document
        lost = not found.exists() or not found.is_relative_to(ROOT)
        if lost or (parts.fragment and unquote(parts.fragment) not in anchors(found.read_text())):
            broken.append(target)
    return broken


def environment_variables() -> set[str]:
    """The variables by which somebody sets up an installation: named in config/, or read in the product."""
    named = {
        found
        for path in (ROOT / "config").rglob("*.py")
        for found in re.findall(r"""["'](\w+)["']""", path.read_text())
        if _VARIABLE.fullmatch(found)
    }
    read = {
        found
        for path in (ROOT / "tongxin").rglob("*.py")
        for found in re.findall(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']""", path.read_text())
        if _VARIABLE.fullmatch(found)
    }
    secrets = re.findall(r"""= _secret\(["'](\w+)["']\)""", (ROOT / "config/settings.py").read_text())
    return named | read | {f"TONGXIN_{name.upper()}" for name in secrets}


def test_links_of_all_documents_lead_somewhere() -> None:
    found = {str(d.relative_to(ROOT)): broken for d in documents() if (broken := broken_links(d))}
    assert found == {}


def test_commands_all_are_documented() -> None:
    text = "\n".join(path.read_text() for path in OPERATIONS)
    words = [cli._spoken(name) for name in cli._our_commands()]
    words += [word.replace("_", "-") for word in (*cli._DATABASE_WORDS, *cli._PLAIN_WORDS)]
    missing = [w for w in words if not re.search(rf"`(?:tongxin )?{re.escape(w)}(?=[` \[])", text)]
    assert missing == []


def test_environment_variables_all_are_documented() -> None:
    text = "\n".join(path.read_text() for path in OPERATIONS)
    documented = set(_VARIABLE.findall(text))
    assert sorted(environment_variables() - documented) == []


def test_environment_variables_documented_all_are_read() -> None:
    documented = {v for path in OPERATIONS for v in _VARIABLE.findall(path.read_text())}
    assert sorted(documented - environment_variables()) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_room_readme_stands_and_is_short(room: Path) -> None:
    readme = room / "README.md"
    assert readme.exists(), "every room says what it is for"
    assert len(readme.read_text().splitlines()) <= README_LINES


def test_architecture_is_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= ARCHITECTURE_LINES


def test_decisions_all_are_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_guide_each_page_has_both_languages() -> None:
    names = {path.name for path in (ROOT / "docs/guide").glob("*.md")}
    chinese = {name for name in names if not name.endswith(".en.md")}
    assert names - chinese == {f"{name.removesuffix('.md')}.en.md" for name in chinese}


def test_guide_both_languages_show_the_same_pictures() -> None:
    def pictures(path: Path) -> list[str]:
        return re.findall(r"\(img/([\w-]+\.png)\)", path.read_text())

    guide = ROOT / "docs/guide"
    chinese = [path for path in guide.glob("*.md") if not path.name.endswith(".en.md")]
    english = {path.name: pictures(path.with_suffix(".en.md")) for path in chinese}
    assert english == {path.name: pictures(path) for path in chinese}


def test_changelog_fragments_have_an_issue_and_a_kind() -> None:
    names = {path.name for path in (ROOT / "changelog").iterdir()} - {"README.md"}
    form = re.compile(r"\d+\.(?:added|changed|fixed|removed|security)\.[a-z0-9-]+\.md")
    assert sorted(name for name in names if not form.fullmatch(name)) == []


def test_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_text()
    headings = re.findall(r"^\s+(\d)\. [A-Z]", text, re.MULTILINE)
    assert headings == list("123456789")
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", cli._our_commands())
def test_command_asked_for_help_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli._run([*cli._spoken(name).split(), "--help"])
    assert (left.value.code, "usage: tongxin" in capsys.readouterr().out) == (0, True)
