"""How often codes were scanned: by month, and the rows behind each number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxin.capabilities.codes.models import AccessCode, ScanCount
from tongxin.capabilities.codes.selectors.lists import PAGE_ROWS, RECENT_DAYS, recent_since
from tongxin.foundation.core import clock
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor

MONTHS: Final = 12
_YEAR = re.compile(r"(20[0-9]{2})")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
# The drawing: 640 wide, its labels above and below the bars.
_WIDTH, _BASE, _TALLEST, _BAR = 640, 210, 168, 30


@dataclass(frozen=True, slots=True)
class Asked:
    """The days and the code of which scans were asked for."""

    since: date
    until: date
    params: dict[str, str]
    label: str
    code_id: UUID | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], code_id: UUID | None = None) -> Asked:
        """Read an address: a month, a year, or the last thirty days."""
        today = clock.today()
        for key in ("month", "year"):
            if first := _first_day(query.get(key, ""), whole_year=key == "year"):
                last = _after(first, whole_year=key == "year") - timedelta(days=1)
                label = _("{y}年").format(y=first.year) if key == "year" else month_name(first)
                return cls(first, last, {key: query[key]}, label, code_id)
        label = _("近{n}天").format(n=RECENT_DAYS)
        return cls(recent_since(), today, {"days": str(RECENT_DAYS)}, label, code_id)


@dataclass(frozen=True, slots=True)
class ScanRow:
    """How often one place was scanned, or one place on one day."""

    label: str
    note: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Scans:
    """The scans that were asked for."""

    asked: Asked
    code: AccessCode | None
    total: int
    page: Page[Any]
    rows: list[ScanRow]

    @property
    def page_range(self) -> Iterator[int | str]:
        """The numbers under the list."""
        return self.page.paginator.get_elided_page_range(self.page.number)


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart."""

    # 10月, and as it stands in the table: with the year when it is not this one.
    label: str
    month: str
    count: int
    url: str
    x: int
    top: int
    height: int
    is_most: bool
    # Every other label gives way on a phone.
    is_alternate: bool

    @property
    def middle(self) -> int:
        """Where its labels are centred."""
        return self.x + _BAR // 2

    @property
    def count_y(self) -> int:
        """Where its number stands."""
        return self.top - 8


@dataclass(frozen=True, slots=True)
class Chart:
    """Scans of the last twelve months as bars."""

    bars: list[Bar]
    total: int
    title: str
    is_of_one_code: bool

    width = _WIDTH
    base = _BASE


def recent_total(actor: Actor, code: AccessCode | None = None) -> int:
    """Return how often codes were scanned in the last thirty days."""
    return _total(_of(actor, code.pk if code else None).filter(on__gte=recent_since()))


def scans(actor: Actor, asked: Asked, page_number: str) -> Scans:
    """Return the rows behind a number: places, the most scanned first; of one code, its days, the latest first."""
    code = None
    if asked.code_id:
        codes = AccessCode.objects.visible_to(actor).select_related("node", "matter")
        code = codes.filter(pk=asked.code_id).first()
    rows = _of(actor, asked.code_id).filter(on__gte=asked.since, on__lte=asked.until)
    if asked.code_id:
        found: Any = rows.order_by("-on")
    else:
        found = (
            rows.order_by()
            .values("code")
            .annotate(n=Sum("count"), place=F("code__node__name"), event=F("code__matter__title"))
            .annotate(kind=F("code__node__kind"), status=F("code__status"))
            .order_by("-n", "place", "code")
        )
    page = Paginator(found, PAGE_ROWS).get_page(page_number)
    make = _day_row if asked.code_id else _of_code(asked)
    return Scans(asked, code, _total(rows), page, [make(row) for row in page])


def month_chart(actor: Actor, code: AccessCode | None = None) -> Chart:
    """Return the scans of the last twelve months, this one included. One query."""
    months = _last_months()
    counted = (
        _of(actor, code.pk if code else None)
        .filter(on__gte=months[0])
        .annotate(month=TruncMonth("on"))
        .order_by()
        .values("month")
        .annotate(n=Sum("count"))
    )
    found = {row["month"]: row["n"] for row in counted}
    counts = [found.get(month, 0) for month in months]
    most = max(counts)
    bars = [
        _bar(n, month, count, most, is_first_most=n == counts.index(most) and most > 0, code=code)
        for n, (month, count) in enumerate(zip(months, counts, strict=True))
    ]
    return Chart(bars, sum(counts), _finding(months, counts), code is not None)


def month_name(first: date) -> str:
    """Return a month as people say it, with the year when it is not this one."""
    if first.year == clock.today().year:
        return _("{m}月").format(m=first.month)
    return _("{y}年{m}月").format(y=first.year, m=first.month)


def _finding(months: list[date], counts: list[int]) -> str:
    most = max(counts)
    if not most:
        return _("近12个月还没有人扫码")
    return _("{m}扫码最多，{n}次").format(m=month_name(months[counts.index(most)]), n=most)


def _bar(n: int, month: date, count: int, most: int, *, is_first_most: bool, code: AccessCode | None) -> Bar:
    slot = _WIDTH / MONTHS
    height = round(count / most * _TALLEST) if most else 0
    # One scan among thousands is still a mark that can be clicked.
    height = max(height, 2 if count else 0)
    params = {"month": f"{month:%Y-%m}"} | ({"code": str(code.pk)} if code else {})
    return Bar(
        label=_("{m}月").format(m=month.month),
        month=month_name(month),
        count=count,
        url=f"{reverse('codes:scans')}?{urlencode(params)}",
        x=round(n * slot + (slot - _BAR) / 2),
        top=_BASE - height,
        height=height,
        is_most=is_first_most,
        is_alternate=(MONTHS - 1 - n) % 2 == 1,
    )


def _of(actor: Actor, code_id: UUID | None) -> QuerySet[ScanCount]:
    rows: QuerySet[ScanCount] = ScanCount.objects.visible_to(actor).filter(
        code__in=AccessCode.objects.visible_to(actor)
    )
    return rows.filter(code=code_id) if code_id else rows


def _total(rows: QuerySet[ScanCount]) -> int:
    return rows.aggregate(n=Sum("count"))["n"] or 0


def _day_row(row: ScanCount) -> ScanRow:
    return ScanRow(str(zh_date(row.on)), "", row.count, "")


def _of_code(asked: Asked) -> Any:  # noqa: ANN401 (makes a row of what the database counted)
    def make(row: dict[str, Any]) -> ScanRow:
        query = urlencode(asked.params | {"code": row["code"]})
        note = str(AccessCode.Status.REVOKED.label) if row["status"] == AccessCode.Status.REVOKED else ""
        return ScanRow(
            row["place"] or row["event"] or "", note, row["n"], f"{reverse('codes:scans')}?{query}"
        )

    return make


def _last_months() -> list[date]:
    today = clock.today()
    last = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]


def _first_day(text: str, *, whole_year: bool) -> date | None:
    written = _YEAR.fullmatch(text) if whole_year else _MONTH.fullmatch(text)
    return date(int(written[1]), 1 if whole_year else int(written[2]), 1) if written else None


def _after(first: date, *, whole_year: bool) -> date:
    if whole_year:
        return date(first.year + 1, 1, 1)
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
