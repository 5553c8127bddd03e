"""The command, as somebody runs it who has no installation and no database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.consensus.small import comments, listed, matrix, table, written
from tongxin.consensus.command import main

ROOT = Path(__file__).resolve().parents[2]


def run(
    *words: str | Path, cwd: Path, module: str = "config", language: str = "en_US.UTF-8"
) -> subprocess.CompletedProcess[str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "TONGXIN_", "DJANGO_", "LC_"))
    }
    environment = {**kept, "PYTHONPATH": str(ROOT), "LANG": language, "TONGXIN_HOME": str(cwd / "no-home")}
    start = [sys.executable, "-m", module, *(["consensus"] if module == "config" else [])]
    return subprocess.run(
        [*start, *map(str, words)], cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    return written(tmp_path)


def test_command_without_installation_or_database_writes_all_results(
    files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    done = run(files[0], "--comments", files[2], "--json", "out.json", cwd=tmp_path)
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (done.returncode, done.stderr) == (0, "")
    assert set(found) == {
        "people", "votes", "k", "silhouette", "too_little", "groups", "consensus", "representative",
        "statements", "base_clusters", "participants",
    }  # fmt: skip
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"participants-votes.csv", "votes.csv", "comments.csv", "out.json"}


def test_both_forms_and_both_ways_to_run_say_the_same(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    first = run(files[0], "--comments", files[2], "--json", "-", cwd=tmp_path)
    second = run(files[1], "--json", "-", "--comments", files[2], cwd=tmp_path, module="tongxin.consensus")
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["k"] == 2


def test_table_is_in_the_language_of_the_terminal(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    english = run(files[0], "--comments", files[2], cwd=tmp_path).stdout.splitlines()
    chinese = run(files[0], "--comments", files[2], cwd=tmp_path, language="zh_CN.UTF-8").stdout.splitlines()
    people, votes = len(table()), sum(map(len, table().values()))
    assert english[0] == f"{people} people gave {votes} votes on 12 statements, 1 of them moderated out."
    assert chinese[0] == f"{people} 人投了 {votes} 票；意见 12 条，其中 1 条没有通过审核。"
    assert [line for line in english if "[10]" in line] == ["   97%  [10] 意见10， 第二行"]
    assert chinese.index("大家都赞成：") == english.index("What all agree on:") == 4


def test_table_of_too_little_says_why(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("participant,0\n1,1\n")
    done = run("votes.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[1]) == (
        0,
        "Nothing can be said about groups: there are fewer than two statements to compare.",
    )


def test_error_is_one_sentence_status_2_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("participant,0\n1,yes\n")
    (tmp_path / "out.json").write_text("kept")
    done = run("votes.csv", "--json", "out.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "votes.csv, line 2: `yes` is no vote (1 agree, -1 disagree, 0 pass).\n"
    assert (tmp_path / "out.json").read_text() == "kept"
    assert {path.name for path in tmp_path.iterdir()} == {"votes.csv", "out.json"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "The command is not right: the following arguments are required: VOTES.csv.\n"),
        (["no.csv"], "Cannot open no.csv: No such file or directory.\n"),
        (["votes.csv", "--loud"], "The command is not right: unrecognized arguments: --loud.\n"),
        (["votes.csv", "--json", "no/out.json"], "Cannot write {0}/no/out.json: FileNotFoundError.\n"),
        (["votes.csv", "--json", "."], "Cannot write {0}: IsADirectoryError.\n"),
        (["votes.csv", "--json", "votes.csv"], "{0}/votes.csv is read from; it will not be written over.\n"),
        (["votes.csv", "--comments", "votes.csv", "--json", "-"], None),
    ],
)
def test_words_that_cannot_be_are_one_sentence_and_status_2(
    words: list[str], said: str | None, files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    done = run(*words, cwd=tmp_path)
    if said is None:
        # A list of votes names statements too; it moderates none.
        assert (done.returncode, json.loads(done.stdout)["k"]) == (0, 2)
    else:
        assert (done.returncode, done.stdout, done.stderr) == (2, "", said.format(tmp_path.resolve()))


def test_results_go_through_a_link_and_keep_it(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    assert run(files[0], "--json", "link.json", cwd=tmp_path).returncode == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text("utf-8"))["k"] == 2


def test_results_to_a_device_leave_the_device(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    done = run(files[0], "--json", os.devnull, cwd=tmp_path)
    assert (done.returncode, Path(os.devnull).is_char_device()) == (0, True)


def test_help_explains_itself(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0].split()[:3]) == (
        0,
        ["usage:", "tongxin", "consensus"],
    )


# ── any file ──

_TEXTS = (matrix(table(20)), listed(table(6)), comments())
_PIECES = st.sampled_from(
    [
        b"", b",", b";", b"\t", b"\n", b"\r\n", b"\r", b'"', b'""', b" ", b"\x00", b"\x80", b"\xff\xfe",
        b"\xef\xbb\xbf", b"-1", b"1", b"0", b"1.0", b"2", b"nan", b"inf", b"1e400", b"99999999999999999999",
        "赞成".encode(), "赞成".encode("gb18030"), b"participant", b"vote", b"comment-id", b"voter-id", b"timestamp",
        b"sep=;\n",
    ]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file with some places cut out, doubled or replaced."""
    content = draw(st.sampled_from(_TEXTS)).encode()
    for _change in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.sampled_from([start, start + 1, start + 3, start + 40, len(content)]))
        content = content[:start] + draw(_PIECES) * draw(st.sampled_from([1, 1, 2, 30])) + content[end:]
    return content


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(votes=mutated(), said=mutated())
def test_any_file_is_understood_or_refused_in_a_sentence(
    votes: bytes, said: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_bytes(votes)
    (tmp_path / "b.csv").write_bytes(said)
    out = tmp_path / "out.json"
    out.unlink(missing_ok=True)
    status = main([str(tmp_path / "a.csv"), "--comments", str(tmp_path / "b.csv"), "--json", str(out)])
    spoken = capsys.readouterr()
    if status == 0:
        found: dict[str, Any] = json.loads(out.read_text("utf-8"), parse_constant=pytest.fail)
        assert (len(found["participants"]), spoken.err) == (found["people"], "")
    else:
        assert (status, spoken.out, len(spoken.err.splitlines()), out.exists()) == (2, "", 1, False)
