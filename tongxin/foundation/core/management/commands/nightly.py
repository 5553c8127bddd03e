"""`tongxin nightly`: the work of the day now, for who runs the web server without `tongxin serve`."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tongxin.foundation.core import nightly


class Command(BaseCommand):
    """Do once what `tongxin serve` does every morning."""

    help = _("发到期提醒、清理过期数据；同一天再运行一次不会重复提醒")

    def handle(self, **_options: object) -> None:
        """Do the work, and say which room could not."""
        if failed := nightly.run():
            raise CommandError(
                _("有%(n)s项没有做成，原因见日志：%(names)s")
                % {"n": len(failed), "names": _("、").join(failed)}
            )
        self.stdout.write(_("提醒和清理已做完。"))
