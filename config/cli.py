"""The command `tongxin`: words become Django commands, and the database is there when they run.

`tongxin verify audit --json` runs ``verify_audit``; the longest run of words that names a command wins.
Results go to standard output; an error is one plain sentence on standard error and an exit status above 0.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from config import embedded
from config.terminal import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

# Words whose command has another name, because Django or Python already uses the plain one.
_RENAMED: Final = {"check": "check_setup"}
# These need no Django; they print or stop, and leave the installation as it is.
_DATABASE_WORDS: Final = {
    "database_url": ("打印数据库地址，供 psql 使用", "print the database's address for psql"),
    "database_stop": ("停止留在后台的数据库", "stop a database that was left running"),
}

# These need neither Django nor an installation: files in, files out.
_PLAIN_WORDS: Final = {
    "consensus": (
        "从投票文件找出群组和大家都赞成的意见",
        "groups of like opinion in a file of votes, and what all agree on",
    ),
}

# The server that this process keeps running, when the database is the embedded one.
cluster: embedded.Cluster | None = None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Ended from outside, we still leave the database in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        _run(words)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as trouble:
        if os.environ.get("TONGXIN_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
            raise
        print(_sentence(trouble), file=sys.stderr)
        sys.exit(getattr(trouble, "returncode", 1))
    finally:
        if cluster is not None:
            with suppress(embedded.DatabaseTrouble):
                # Who stops serving means the database, too; any other command leaves a kept one alone.
                cluster.release(even_if_kept=words[:1] == ["serve"])


def home() -> Path:
    """Return the folder that holds all that this installation owns."""
    return Path(os.environ.get("TONGXIN_HOME") or Path(__file__).resolve().parent.parent / ".home").resolve()


def ensure_database() -> None:
    """Set the database's addresses for this process and its children; start the embedded one if needed."""
    global cluster  # noqa: PLW0603 (one process keeps one server)
    url, owner_url = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if url and owner_url:
        return
    if url:
        os.environ["DATABASE_OWNER_URL"] = url
        os.environ["DATABASE_URL"] = with_options(url, role=embedded.APP)
        return
    cluster = embedded.Cluster(home())
    cluster.acquire()
    os.environ["DATABASE_URL"] = cluster.url(embedded.APP)
    os.environ["DATABASE_OWNER_URL"] = cluster.url(embedded.OWNER)
    # Restoring makes a new database and renames it into place.
    os.environ["DATABASE_SUPERUSER_URL"] = cluster.url(embedded.SUPERUSER)
    # psql, pg_dump and pg_restore of the same version, for `dbshell`, backup and restore.
    os.environ["PATH"] = f"{embedded.binaries()}{os.pathsep}{os.environ.get('PATH', '')}"


def with_options(url: str, **settings: str) -> str:
    """Return the address with server settings that hold from the first moment of each connection."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    added = " ".join(f"-c {name}={value}" for name, value in settings.items())
    query["options"] = f"{query.get('options', '')} {added}".strip()
    return urlunsplit(parts._replace(query=urlencode(query).replace("+", "%20")))


def _run(words: list[str]) -> None:
    if not words or words[0] in {"help", "--help", "-h"}:
        _list_commands()
        return
    if (word := words[0].replace("-", "_")) in _DATABASE_WORDS:
        _database(word, words[1:])
        return
    if word in _PLAIN_WORDS:
        # What it computes with is slow to import, and seldom needed.
        from tongxin.consensus import command as consensus  # noqa: PLC0415

        sys.exit(consensus.main(words[1:]))
    # Looking for the command needs no database, so a mistyped word is told at once.
    name, rest = _find(words)
    if not {"--help", "-h"} & set(rest):
        ensure_database()

    import django  # noqa: PLC0415 (its settings read the addresses that were just set)
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    django.setup()
    command = load_command_class(get_commands()[name], name)
    # What a command says of itself waits for its language; argparse wants plain text.
    command.help = str(command.help)
    # As BaseCommand.run_from_argv does, but errors reach `main`, which says them in a sentence.
    parser = command.create_parser("tongxin", _spoken(name))
    options = vars(parser.parse_args(rest))
    try:
        command.execute(*options.pop("args", ()), **{**options, "skip_checks": True})
    finally:
        connections.close_all()


class UnknownCommand(Exception):  # noqa: N818 (shown as it stands)
    """No command has this name."""

    returncode = 2


def _find(words: list[str]) -> tuple[str, list[str]]:
    """Return the command that the longest run of leading words names, and what is left of them."""
    ours, others = _our_commands(), _other_commands()
    leading = []
    for word in words:
        if word.startswith("-"):
            break
        leading.append(word.replace("-", "_"))
    for length in range(len(leading), 0, -1):
        name = "_".join(leading[:length])
        name = _RENAMED.get(name, name)
        if name in ours or name in others:
            return name, words[length:]
    known = "、".join(_spoken(name) for name in ours)
    typed = " ".join(words[: len(leading)] or words[:1])
    raise UnknownCommand(
        say(
            f"没有“{typed}”这个命令。可用的命令：{known}。",
            f"There is no command `{typed}`. Known commands: {known.replace('、', ', ')}.",
        )
    )


def _our_commands() -> list[str]:
    """Return the commands that Tongxin's rooms bring."""
    rooms = Path(__file__).resolve().parent.parent / "tongxin"
    files = rooms.glob("**/management/commands/[!_]*.py")
    return sorted(file.stem for file in files)


def _other_commands() -> set[str]:
    """Return Django's own commands and the task worker, for developers."""
    from django.core import management  # noqa: PLC0415 (slow to import, not always needed)

    return {*management.find_commands(str(Path(management.__file__).parent)), "db_worker"}


def _spoken(name: str) -> str:
    """Return the words under which a person calls this command."""
    spoken = {ours: word for word, ours in _RENAMED.items()}
    return spoken.get(name, name.replace("_", " "))


def _list_commands() -> None:
    import django  # noqa: PLC0415
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    django.setup()
    apps = get_commands()
    print(say("用法：tongxin 命令 [参数]\n", "Usage: tongxin COMMAND [arguments]\n"))
    with translation.override(language()):
        rows = [(_spoken(name), str(load_command_class(apps[name], name).help)) for name in _our_commands()]
    rows += [
        (word.replace("_", "-"), say(*meaning)) for word, meaning in (_DATABASE_WORDS | _PLAIN_WORDS).items()
    ]
    width = max(len(word) for word, _meaning in rows)
    for word, meaning in sorted(rows):
        print(f"  {word:<{width}}  {meaning}")
    print(say("\ntongxin 命令 --help 说明参数。", "\n`tongxin COMMAND --help` explains its arguments."))


def _database(word: str, arguments: list[str]) -> None:
    server = embedded.Cluster(home())
    if word == "database_stop":
        if not server.stop_if_unused():
            raise embedded.DatabaseTrouble(
                say("数据库正在被其他 tongxin 命令使用。", "Other tongxin commands are using the database.")
            )
        return
    role = {"--owner": embedded.OWNER, "--superuser": embedded.SUPERUSER}.get(
        "".join(arguments), embedded.APP
    )
    outside = os.environ.get("DATABASE_URL")
    if outside:
        print(os.environ.get("DATABASE_OWNER_URL", outside) if arguments else outside)
        return
    with server.running():
        print(server.url(role), flush=True)
        # Whoever asked is about to connect, so the server stays.
        server.keep()
    print(
        say(
            "数据库保持运行；用完后 `tongxin database-stop`。",
            "The database keeps running; `tongxin database-stop` when you are done.",
        ),
        file=sys.stderr,
    )


def _sentence(trouble: Exception) -> str:
    """Say an error in one line."""
    text = " ".join(str(trouble).split())
    if isinstance(trouble, embedded.DatabaseTrouble | UnknownCommand):
        return text
    from django.core.management.base import CommandError  # noqa: PLC0415
    from django.db import Error  # noqa: PLC0415

    if isinstance(trouble, CommandError):
        return text
    if isinstance(trouble, Error):
        return say(f"数据库拒绝了：{text}", f"The database refused: {text}")
    kind = type(trouble).__name__
    return say(
        f"没有料到的错误（{kind}）：{text}。设 TONGXIN_DEBUG=1 可看到经过。",
        f"Unexpected error ({kind}): {text}. TONGXIN_DEBUG=1 shows where.",
    )
