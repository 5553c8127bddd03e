"""`tongxin admin USERNAME`: make the first system administrator of an installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tongxin.foundation.accounts.actions import make_user
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Who may run commands on the machine may do this; the audit log says that it was done there.
_AT_THE_MACHINE = Actor(name="tongxin admin", grants=frozenset({Grant("system_admin")}))


class Command(BaseCommand):
    """Make a system administrator and print the one-time password."""

    help = _("建立系统管理员账号，打印一次性密码")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the user name and the person's name."""
        parser.add_argument("username", metavar="USERNAME", help=_("用户名"))
        parser.add_argument("--name", default="", help=_("姓名"))
        parser.add_argument("--json", action="store_true", help=_("以JSON输出结果"))

    def handle(self, *args: object, username: str, name: str, json: bool, **options: object) -> None:
        """Make the account; the password is shown this once."""
        try:
            user, password = make_user(
                actor=_AT_THE_MACHINE, username=username, name=name or username, system_admin=True
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        if json:
            self.stdout.write(_dump({"username": user.username, "password": password}))
        else:
            self.stdout.write(
                _("用户名：{u}\n一次性密码：{p}\n第一次登录要换密码。").format(u=user.username, p=password)
            )


def _dump(row: dict[str, str]) -> str:
    return json.dumps(row, ensure_ascii=False)
