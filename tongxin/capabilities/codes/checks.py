"""What `tongxin check` looks at: do codes on walls carry an address that phones can reach?"""

from __future__ import annotations

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 (Django's name)
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from tongxin.capabilities.codes.addresses import has_public_url, site_url
from tongxin.capabilities.codes.models import AccessCode
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee


@register("installation")
def check_site_url(**_kwargs: object) -> list[CheckMessage]:
    """Say when codes exist and nobody has said under which address people reach the site."""
    if has_public_url() or not _codes_exist():
        return []
    return [
        Warning(
            _("已经给网点赋了码，但没有设置网站的地址，海报上的码指向 %(url)s，手机打不开。")
            % {"url": site_url()},
            hint=_("把 TONGXIN_URL 设为群众打开网站的地址，例如 https://zx.example.cn，再打印海报。"),
        )
    ]


def _codes_exist() -> bool:
    try:
        with transaction.atomic():
            everywhere = list(Committee.objects.values_list("pk", flat=True))
            with tenancy.scope(everywhere):
                return bool(AccessCode.objects.current().exists())
    except DatabaseError:
        # The check of the database says what is wrong with it.
        return False
