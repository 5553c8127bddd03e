"""What may stand on a page of numbers that opens: small parts, others' tables, what a code leads to."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from tests.access.probing import faceless
from tests.access.world import MARK, PEOPLE, Answer
from tests.access.world_numbers import SCANS

if TYPE_CHECKING:
    from tests.access.world import Browser

_LOOK = ("staff", "leader", "auditor")
# The number of scans of one room, as text of an element or as a cell of a sheet.
_TOLD = re.compile(rf">\s*{SCANS}\s*(次|<)")
# Typed as a code, and no number bears it.
_NO_CODE = "T26-9999"


def _asked(browser: Browser, who: str, url: str) -> Answer:
    with transaction.atomic():
        answer = browser.ask(who, "GET", url)
        transaction.set_rollback(True)
    return answer


def _part(browser: Browser, name: str, figure: str) -> str:
    part = {"by": "station", "part": browser.world.a.ids["part.station"]}
    return f"{reverse(f'statistics:{name}', args=[figure])}?{urlencode(part)}"


def small_parts_are_not_told(browser: Browser) -> list[str]:
    """A number that could single somebody out is not on its own page, in its sheet, or among the parts."""
    wrong = []
    for who in _LOOK:
        for figure in ("codes.scans", "topics.voices"):
            for name in ("opened", "opened_export"):
                answer = _asked(browser, who, _part(browser, name, figure))
                if "这一部分不列出" not in answer.text or "数据码" in answer.text:
                    wrong.append(f"{name} tells {who} a part of {figure}")
        wrong += [
            f"{url} tells {who} a part" for url in _WITH_PARTS if _TOLD.search(_text(browser, who, url))
        ]
    return wrong


def small_parts_are_there(browser: Browser) -> list[str]:
    """There is something to hide, and its total is told; else the look above shows nothing."""
    text = _text(browser, "staff", "/statistics/figures/codes.scans/")
    return [] if f"{2 * SCANS}次" in text else ["nobody scanned a code"]


_CELLS = "figure=codes.scans&rows=month&columns=station"
_WITH_PARTS = (
    "/statistics/figures/codes.scans/?by=station",
    "/statistics/figures/codes.scans/rows.xlsx?by=station",
    "/statistics/tables/new/?figure=codes.scans&rows=station",
    f"/statistics/tables/new/?{_CELLS}",
    f"/statistics/tables/new/table.xlsx?{_CELLS}",
)


def _text(browser: Browser, who: str, url: str) -> str:
    """Return what a page or a sheet says."""
    answer = _asked(browser, who, url)
    if answer.status != 200 or "text/html" in answer.headers["Content-Type"]:
        return answer.text
    sheets = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets
    return "".join(f">{cell.value}<" for one in sheets for row in one.iter_rows() for cell in row)


def codes_lead_only_whom_their_number_is_for(browser: Browser) -> list[str]:
    """To everybody else a code is one that no number bears."""
    ids, find = browser.world.a.ids, reverse("statistics:find_code")
    wrong = []
    for who in PEOPLE[1:]:
        nothing = _asked(browser, who, f"{find}?code={_NO_CODE}")
        codes = {key: ids[key] for key in ("number.proposals", "number.key", "number.organization")}
        codes |= {"the other committee's": browser.world.b.ids["number.key"]}
        for key, code in codes.items():
            admin = who == "tenant_admin" and key == "number.organization"
            leads = key in ids and (who in _LOOK or admin)
            answer = _asked(browser, who, f"{find}?code={code}")
            if answer.status != (302 if leads else 422):
                wrong.append(f"{key} answers {who} {answer.status}")
            elif not leads and faceless(answer.body, code) != faceless(nothing.body, _NO_CODE):
                wrong.append(f"{key} is otherwise for {who} than one that nobody gave")
    return wrong


def private_tables_stand_in_nobody_elses_list(browser: Browser) -> list[str]:
    """A list of tables holds one's own and those that are shared."""
    names = {"立案提案按月": {"staff"}, "主席自己看的表": {"leader"}, "扫码按月和站": set(_LOOK)}
    pages = {who: _text(browser, who, reverse("statistics:tables")) for who in _LOOK}
    return [
        f"{name}: {who}"
        for name, may in names.items()
        for who, text in pages.items()
        if (name in text) != (who in may)
    ]


def figures_of_another_committee_are_no_figures(browser: Browser) -> list[str]:
    """Named in a free table, or typed for a reported number, they are answered like one that nobody has."""
    theirs = browser.world.b.ids["figure.key"]
    wrong = []
    for url in (
        f"{reverse('statistics:table_new')}?figure={theirs}",
        f"{reverse('statistics:figures')}?q={theirs}",
        f"{reverse('statistics:reported')}?figure={theirs}",
        f"{reverse('statistics:reported_add')}?figure={theirs}",
    ):
        answer = _asked(browser, "staff", url)
        wrong += [f"{url} answered {answer.status}"] if answer.status != 200 else []
        wrong += [f"{url} names the other committee"] if MARK in answer.text else []
    return wrong


def only_staff_are_offered_to_choose_the_wording(browser: Browser) -> list[str]:
    """Who may not choose how a number is printed is not asked."""
    url, action = reverse("statistics:opened", args=["proposals.filed"]), "/wording/"
    return [who for who in _LOOK if (action in _text(browser, who, url)) != (who == "staff")]


LOOKS = [
    small_parts_are_not_told,
    small_parts_are_there,
    codes_lead_only_whom_their_number_is_for,
    private_tables_stand_in_nobody_elses_list,
    figures_of_another_committee_are_no_figures,
    only_staff_are_offered_to_choose_the_wording,
]
