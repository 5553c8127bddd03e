"""What `tongxin check` looks at in the machine, the settings and the database."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register  # noqa: A004 (Django's names)
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

_TAG: Final = "installation"
_LOCAL: Final = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}
_SCARCE_BYTES: Final = 2 << 30
_FULL_BYTES: Final = 200 << 20


@register(_TAG)
def check_address(**_kwargs: object) -> list[CheckMessage]:
    """Under which names the site answers, and whether the way there is encrypted."""
    found: list[CheckMessage] = []
    public = [host for host in settings.ALLOWED_HOSTS if host.strip() not in _LOCAL]
    if "*" in public:
        found.append(
            Error(_("网站对任何域名都应答。"), hint=_("把 TONGXIN_HOSTS 设为网站的域名，用逗号分开。"))
        )
    if not public:
        found.append(Info(_("网站只在本机可用。"), hint=_("对外开放时，把 TONGXIN_HOSTS 设为网站的域名。")))
    if public and not settings.TLS:
        found.append(
            Error(
                _("网站有公开域名，但没有启用加密连接（TLS）。"),
                hint=_("在反向代理上配置证书，并设 TONGXIN_TLS=1、TONGXIN_BEHIND_PROXY=1。"),
            )
        )
    if public and settings.DEMO:
        found.append(
            Error(_("演示模式开着，而网站有公开域名：任何人都能一键登录。"), hint=_("去掉 TONGXIN_DEMO。"))
        )
    if settings.DEBUG:
        found.append(Error(_("调试模式开着，出错页面会泄露内部信息。"), hint=_("去掉 TONGXIN_DEBUG。")))
    if not settings.SECOND_FACTOR_REQUIRED:
        found.append(
            Warning(
                _("工作人员登录没有要求第二道验证。"),
                hint=_("去掉 TONGXIN_SECOND_FACTOR=0；演示模式下默认不要求。"),
            )
        )
    if settings.TIME_ZONE != "Asia/Shanghai":
        found.append(
            Error(_("时区不是北京时间，期限会算错一天。"), hint=_("把 TIME_ZONE 改回 Asia/Shanghai。"))
        )
    return found


@register(_TAG)
def check_home(**_kwargs: object) -> list[CheckMessage]:
    """The installation's folder: private keys, room on the disk."""
    found: list[CheckMessage] = []
    home: Path = settings.TONGXIN_HOME
    keys = home / "keys"
    open_keys = [
        path
        for path in ((keys, *sorted(keys.glob("*"))) if keys.exists() else ())
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    found += [
        Error(_("其他用户能读到密钥 %(path)s。") % {"path": path}, hint=f"chmod -R go= {keys}")
        for path in open_keys
    ]
    free = shutil.disk_usage(home).free if home.exists() else 0
    if free < _SCARCE_BYTES:
        level = Error if free < _FULL_BYTES else Warning
        found.append(
            level(
                _("%(home)s 所在磁盘只剩 %(free)s MB。") % {"home": home, "free": free >> 20},
                hint=_("清理磁盘，或把 TONGXIN_HOME 移到更大的盘。"),
            )
        )
    return found


@register(_TAG)
def check_database(**_kwargs: object) -> list[CheckMessage]:
    """The application's role, row-level security on every committee's table, pending migrations."""
    try:
        return [*_role(), *_unprotected_tables(), *_pending()]
    except DatabaseError as trouble:
        return [
            Error(
                _("连不上数据库：%(why)s") % {"why": " ".join(str(trouble).split())},
                hint=_("检查 DATABASE_URL，以及数据库是否在运行。"),
            )
        ]


def _role() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls,"
            " (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role, is_super, bypasses, owned = cursor.fetchone()
    if is_super or bypasses:
        found.append(
            Error(
                _("网站用数据库超级用户 %(role)s 工作，机构之间的隔离不起作用。") % {"role": role},
                hint=_("DATABASE_URL 用 tongxin_app 这个角色，DATABASE_OWNER_URL 用表的所有者。"),
            )
        )
    if owned:
        found.append(
            Error(
                _("网站的数据库角色 %(role)s 拥有 %(owned)s 个对象，能关掉隔离。")
                % {"role": role, "owned": owned},
                hint=_("表应属于另一个角色：设 DATABASE_OWNER_URL，再运行 tongxin init。"),
            )
        )
    return found


def _unprotected_tables() -> list[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'committee_id' AND NOT a.attisdropped"
            " WHERE c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
            " ORDER BY c.relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
    if not tables:
        return []
    return [
        Error(
            _("这些表没有按机构隔离：%(tables)s。") % {"tables": _("、").join(tables)},
            hint=_("运行 tongxin init；若仍出现，请报告这个缺陷。"),
        )
    ]


def _pending() -> list[CheckMessage]:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return []
    return [Error(_("数据库还没有升级到这个版本。"), hint=_("运行 tongxin init。"))]
