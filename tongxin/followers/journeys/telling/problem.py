"""What became of something that was to be solved, in public words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.grassroots.enums import ProblemState
from tongxin.capabilities.matters.models import Visibility
from tongxin.followers.journeys.telling.step import DONE, HALT, NOW, PublicStep

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import Problem


def tell(problem: Problem, *, pictures: tuple[str, ...] = ()) -> list[PublicStep]:
    """Return who solves it until when, whether it is solved, and whether somebody looked again.

    Args:
        problem: the problem. Its words are told only if it is public; an owner by name never, a unit is.
        pictures: files that everybody may open.
    """
    is_public = problem.matter.visibility == Visibility.PUBLIC
    what = problem.text if is_public else ""
    result = problem.result if is_public else ""
    steps = []
    if problem.objected_on:
        steps.append(PublicStep(DONE, problem.objected_on, _("有人说没解决，重新办")))
    if problem.state == ProblemState.SOLVED:
        steps.append(PublicStep(DONE, problem.solved_on, _("解决了"), _sentences(what, result), pictures))
        if problem.looked_back_on:
            steps.append(PublicStep(DONE, problem.looked_back_on, _("回头看过")))
    elif problem.state == ProblemState.NOT_POSSIBLE:
        steps.append(PublicStep(HALT, problem.matter.closed_on, _("暂时办不了"), _sentences(what, result)))
    elif problem.state == ProblemState.REPORTED:
        steps.append(PublicStep(NOW, problem.due_on, _("说是办好了，正在核实"), what, by=True))
    else:
        steps.append(PublicStep(NOW, problem.due_on, _who(problem), what, by=True))
    return steps


def _who(problem: Problem) -> str:
    # Whoever took it on by name may be a person of the village.
    if problem.unit is None:
        return _("已经定了由谁办，正在办")
    return _("{unit}正在办").format(unit=problem.unit.name)


def _sentences(*texts: str) -> str:
    return "".join(t.strip().rstrip("。；;") + "。" for t in texts if t.strip())
