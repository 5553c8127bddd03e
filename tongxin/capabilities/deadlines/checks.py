"""What `tongxin check` looks at in the calendar."""

from __future__ import annotations

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 (Django's name)
from django.utils.translation import gettext as _

from tongxin.capabilities.deadlines.workdays import shipped_calendar
from tongxin.foundation.core import clock


@register("installation")
def check_holidays(**_kwargs: object) -> list[CheckMessage]:
    """Say when dates of this or next year are reckoned without the State Council's arrangement."""
    year = clock.today().year
    return [
        Warning(
            _("还没有 %(year)s 年的放假安排，跨到那一年的期限是暂定的。") % {"year": y},
            hint=_("国务院办公厅公布后（通常在十一月），升级本系统，或由管理员在节假日页面录入。"),
        )
        for y in (year, year + 1)
        if not shipped_calendar().announced(y)
    ]
