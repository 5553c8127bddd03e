"""`tongxin codes`: the codes of a committee, and where each leads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.capabilities.codes.addresses import code_url
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.posters import place_name
from tongxin.capabilities.codes.selectors.lists import for_posters
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Print every code that is in force or suspended."""

    help = gettext_lazy("列出一个政协的码：挂在哪里、打开什么地址、是否在用")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the committee."""
        parser.add_argument("--committee", required=True, metavar="CODE", help=_("六位行政区划代码"))
        parser.add_argument("--json", action="store_true", help=_("以JSON输出结果"))

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401 (argparse)
        """Find the committee and print its codes."""
        committee = Committee.objects.filter(code=options["committee"]).first()
        if committee is None:
            raise CommandError(_("没有代码为%(code)s的政协。") % {"code": options["committee"]}, returncode=2)
        with tenancy.scope([committee.pk]), transaction.atomic():
            codes = list(for_posters(AccessCode.objects.filter(committee=committee).current()))
        if options["json"]:
            self.stdout.write(json.dumps([_row(code) for code in codes], ensure_ascii=False))
            return
        for code in codes:
            label = code.node.get_kind_display() if code.node else _("活动")
            self.stdout.write(
                "\t".join((place_name(code), str(label), code_url(code), code.get_status_display()))
            )
        if not codes:
            self.stdout.write(_("%(committee)s还没有赋码。") % {"committee": committee})


def _row(code: AccessCode) -> dict[str, str]:
    return {
        "place": place_name(code),
        "kind": code.node.kind if code.node else "event",
        "url": code_url(code),
        "status": code.status,
    }
