"""`tongxin figures`: every number of a committee, as its pages and reports say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core import tenancy
from tongxin.foundation.core.figures import Figure, figures_of
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.asking import parse_asked
from tongxin.readers.statistics.counting import values_of
from tongxin.readers.statistics.opening.facts import listed_by
from tongxin.readers.statistics.wordings import printed_number, wordings_of

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence
    from decimal import Decimal

    from tongxin.foundation.core.figures import Period


class Command(BaseCommand):
    """Print what each figure is, how many rows stand behind it, and how it is printed."""

    help = gettext_lazy("列出一个政协的数字：数值、名单有几行、印成什么样")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the committee, the span, and the figures if not all."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--committee", metavar="CODE", help=_("六位行政区划代码"))
        whose.add_argument("--place", metavar=_("名称"), help=_("地方的名称，例如华亭市"))
        parser.add_argument(
            "--period",
            default="",
            metavar="SPAN",
            help=_("2021、2021-03、2021-01-01..2021-06-30、今年、去年、本届、五年；不写就是全部"),
        )
        parser.add_argument(
            "--figure", action="append", default=[], metavar="ID", help=_("只要这个数字，可以写几次")
        )
        parser.add_argument("--json", action="store_true", help=_("以JSON输出结果"))

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401 (argparse)
        """Find the committee, count, print."""
        committee = _committee(options)
        with tenancy.scope([committee.pk]), transaction.atomic():
            period = _period(options["period"], committee)
            rows = _counted(committee, _wanted(committee, options["figure"]), period)
        if options["json"]:
            self.stdout.write(json.dumps([row for row, _name in rows], ensure_ascii=False))
            return
        self.stdout.write(f"{committee.name}　{period.label}")
        for row, name in rows:
            counted = _("%(n)s行") % {"n": row["rows"]}
            self.stdout.write("\t".join((row["figure"], name, row["printed"], counted)))


def _committee(options: dict[str, Any]) -> Committee:
    if options["committee"]:
        found = list(Committee.objects.filter(code=options["committee"]))
        missing = _("没有代码为%(code)s的政协。") % {"code": options["committee"]}
    else:
        found = list(Committee.objects.named(options["place"]))
        missing = _("没有找到“%(place)s”的政协。") % {"place": options["place"]}
    if not found:
        raise CommandError(missing, returncode=2)
    if len(found) > 1:
        names = _("、").join(_("{name}（{code}）").format(name=one.name, code=one.code) for one in found)
        raise CommandError(
            _("叫“%(place)s”的不止一个：%(names)s。请改用--committee。")
            % {"place": options["place"], "names": names},
            returncode=2,
        )
    return found[0]


def _period(text: str, committee: Committee) -> Period:
    try:
        return parse_asked(text, committee.pk)
    except (ValueError, OverflowError) as error:
        raise CommandError(
            _("看不懂时间“%(text)s”。可以写2021、2021-03、2021-01-01..2021-06-30、今年、去年、本届、五年。")
            % {"text": text},
            returncode=2,
        ) from error


def _wanted(committee: Committee, ids: Sequence[str]) -> list[Figure]:
    figures = {one.id: one for one in figures_of(committee.pk)}
    if unknown := [one for one in ids if one not in figures]:
        raise CommandError(
            _("%(committee)s没有这些数字：%(ids)s。不写--figure就列出全部。")
            % {"committee": committee, "ids": _("、").join(unknown)},
            returncode=2,
        )
    return [figures[one] for one in dict.fromkeys(ids)] if ids else list(figures.values())


def _counted(
    committee: Committee, figures: Sequence[Figure], period: Period
) -> list[tuple[dict[str, Any], str]]:
    values = values_of(figures, committee.pk, period)
    listed = listed_by(figures, committee.pk, period)
    wordings = wordings_of(committee.pk)
    return [
        (
            {
                "figure": one.id,
                "value": _plain(values[one.id].value),
                "unit": str(one.unit),
                "rows": listed[one.id],
                "printed": printed_number(one, values[one.id], period, wordings),
            },
            str(one.name),
        )
        for one in figures
    ]


def _plain(value: int | Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
