"""A committee with a year like the one in the newspaper, smaller, and reports of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.followers.journeys import links
from tongxin.activities.grassroots.enums import ProblemState, Side
from tongxin.activities.grassroots.models import Suggestion
from tongxin.activities.topics.enums import Channel
from tongxin.foundation.core.figures import calendar_year
from tongxin.readers.statistics.models import Wording
from tongxin.readers.workreports.actions.writing import begin_report
from tongxin.readers.workreports.models import WorkReport

if TYPE_CHECKING:
    from tests.village import Village

PARTS = ("organization", "proposals", "grassroots", "topics", "codes")


def hold_sessions(village: Village, count: int, *, year: int = 2021, month: int = 3) -> None:
    """So many sessions, each with a member; a suggestion and a solved problem for each."""
    with village.house.at_work():
        for n in range(count):
            day = date(year, month, 1 + n % 28)
            held = links.session(village, held_on=day, title=f"议事{year}-{month}-{n}")
            links.came(village, held, f"何远山{n}", Side.MEMBER)
            Suggestion.objects.create(
                committee=village.house.committee, session=held, text=f"建议{n}", on=day
            )
            about = links.topic(village, title=f"灯{year}-{month}-{n}", channel=Channel.MASS)
            about.matter.opened_on = day
            about.matter.save()
            links.problem(village, state=ProblemState.SOLVED, solved_on=day, title=f"装灯{year}-{month}-{n}")


def hedge(village: Village, figure: str, word: str) -> None:
    """Let the committee print a figure so."""
    with village.house.at_work():
        Wording.objects.create(committee=village.house.committee, figure=figure, word=word)


def drafted(
    village: Village,
    *,
    year: int = 2021,
    form: str = WorkReport.Form.OFFICIAL,
    parts: tuple[str, ...] = PARTS,
) -> WorkReport:
    """A report as the platform writes it."""
    with village.house.at_work():
        return begin_report(
            actor=village.house.actor("staff"),
            title=f"政协华亭市委员会{year}年工作报告",
            form=form,
            period=calendar_year(year),
            parts=parts,
        )


def text_of(village: Village, report: WorkReport, area: str = "grassroots") -> str:
    """The text of a section, as it is now."""
    with village.house.at_work():
        return report.sections.get(area=area).text


def set_text(village: Village, report: WorkReport, text: str, area: str = "grassroots") -> None:
    """Write a section as somebody would who types over it."""
    with village.house.at_work():
        report.sections.filter(area=area).update(text=text)
