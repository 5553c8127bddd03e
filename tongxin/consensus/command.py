"""The command `tongxin consensus`: a file of votes in, groups and what all agree on out; no installation needed."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tongxin.consensus.analysis import analyse
from tongxin.consensus.reading import Comments, read_comments, read_votes
from tongxin.consensus.report import report
from tongxin.consensus.separated import UnreadableError
from tongxin.consensus.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STANDARD_OUTPUT: Final = "-"
_TOO_LITTLE: Final = {
    "no_votes": ("还没有人投票", "nobody has voted yet"),
    "one_statement": ("可以比较的意见不到两条", "there are fewer than two statements to compare"),
    "too_few_people": ("投票的人太少", "too few people have voted"),
    "everyone_alike": ("大家投的票都一样", "everybody voted alike"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit status: 0, or 2 after one sentence on standard error.
    """
    try:
        _run(_parser().parse_args(arguments))
    except UnreadableError as trouble:
        print(say(trouble.chinese, trouble.english), file=sys.stderr)  # noqa: T201
        return 2
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def say(chinese: str, english: str) -> str:
    """Return the sentence in the terminal's language: Chinese when its locale is Chinese, else English."""
    chosen = next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    return chinese if chosen.lower().startswith("zh") else english


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the words in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise UnreadableError(f"命令写得不对：{message}。", f"The command is not right: {message}.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tongxin consensus",
        description=say(
            "从投票文件找出意见相近的群组，和大家都赞成的意见。",
            "Find groups of like opinion in a file of votes, and what all agree on.",
        ),
    )
    parser.add_argument(
        "votes",
        metavar="VOTES.csv",
        help=say("participants-votes.csv 或 votes.csv", "participants-votes.csv or votes.csv"),
    )
    parser.add_argument(
        "--comments",
        metavar="COMMENTS.csv",
        help=say("意见的文字，和哪些没有通过审核", "what statements say, and which were moderated out"),
    )
    parser.add_argument(
        "--json",
        metavar="OUT",
        help=say(
            "全部结果写到这个文件；- 是标准输出", "write all results to this file; - is standard output"
        ),
    )
    return parser


def _run(options: argparse.Namespace) -> None:
    out = None if options.json in {None, _STANDARD_OUTPUT} else _writable(options)
    ballots = read_votes(options.votes)
    comments = Comments() if options.comments is None else read_comments(options.comments)
    votes = Votes.from_arrays(
        ballots.participants, ballots.statements, ballots.values, all_statements=ballots.all_statements
    )
    result = analyse(
        votes,
        moderated_out=ballots.numbers_of(comments.moderated_out),
        meta=ballots.numbers_of(comments.meta),
    )
    found = report(result, votes, ballots, comments.texts)
    if options.json == _STANDARD_OUTPUT:
        _told(_json(found))
        return
    if out is not None:
        _write(out, found)
    _told("\n".join(_summary(found)))


# ── the file ──


def _writable(options: argparse.Namespace) -> Path:
    """Return where the results go; said before the work begins if they cannot go there."""
    out = Path(options.json)
    try:
        out = out.resolve()
        inputs = [Path(given).resolve() for given in (options.votes, options.comments) if given]
    except (OSError, RuntimeError) as trouble:
        raise _unwritten(out, trouble) from None
    if out in inputs:
        raise UnreadableError(
            f"{out} 是要读的文件，不能写在上面。", f"{out} is read from; it will not be written over."
        )
    if out.is_dir() or not out.parent.is_dir():
        raise _unwritten(out, IsADirectoryError() if out.is_dir() else FileNotFoundError())
    return out


def _write(out: Path, found: dict[str, Any]) -> None:
    """Write the whole file or none."""
    if out.exists() and not out.is_file():
        # A device or a pipe is written to; putting a file in its place would take it away.
        _dump(out, "w", found, out)
        return
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        _dump(beside, "x", found, out)
        try:
            beside.replace(out)
        except OSError as trouble:
            raise _unwritten(out, trouble) from None
    finally:
        with suppress(OSError):
            beside.unlink()


def _dump(path: Path, mode: str, found: dict[str, Any], out: Path) -> None:
    try:
        with path.open(mode, encoding="utf-8") as file:
            file.write(_json(found) + "\n")
    except OSError as trouble:
        raise _unwritten(out, trouble) from None


def _json(found: dict[str, Any]) -> str:
    # At once: written piece by piece it takes many times as long.
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


def _unwritten(out: Path, trouble: Exception) -> UnreadableError:
    why = getattr(trouble, "strerror", None) or type(trouble).__name__
    return UnreadableError(f"写不了 {out}：{why}。", f"Cannot write {out}: {why}.")


# ── the words ──


def _told(text: str) -> None:
    # A terminal without Chinese shows question marks rather than an error.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    print(text, flush=True)  # noqa: T201


def _summary(found: dict[str, Any]) -> Iterator[str]:
    """Say in a few lines who is here, how they fall into groups, and what all agree on."""
    statements = found["statements"]
    grouped = sum(group["size"] for group in found["groups"])
    moderated = sum(statement["moderated_out"] for statement in statements)
    people, votes, known = found["people"], found["votes"], len(statements)
    yield say(
        f"{people:,} 人投了 {votes:,} 票；意见 {known:,} 条，其中 {moderated:,} 条没有通过审核。",
        f"{people:,} people gave {votes:,} votes on {known:,} statements, {moderated:,} of them moderated out.",
    )
    if found["too_little"] is not None:
        why = say(*_TOO_LITTLE[found["too_little"]])
        yield say(f"说不出群组：{why}。", f"Nothing can be said about groups: {why}.")
    else:
        silhouette = found["silhouette"][str(found["k"])]
        yield say(
            f"{grouped:,} 人分成 {found['k']} 组（轮廓系数 {silhouette:.3f}）：",
            f"{grouped:,} of them form {found['k']} groups (silhouette {silhouette:.3f}):",
        )
        for group in found["groups"]:
            yield say(
                f"  组 {group['id']}：{group['size']:,} 人",
                f"  group {group['id']}: {group['size']:,} people",
            )
    yield from _agreed(found, "agree", say("大家都赞成：", "What all agree on:"))
    yield from _agreed(found, "disagree", say("大家都反对：", "What all disagree with:"))


def _agreed(found: dict[str, Any], direction: str, heading: str) -> Iterator[str]:
    listed = found["consensus"][direction]
    if not listed:
        return
    texts = {statement["id"]: statement["text"] for statement in found["statements"]}
    yield heading
    for one in listed:
        yield f"  {one['p']:4.0%}  [{one['statement']}] {texts[one['statement']] or ''}".rstrip()
