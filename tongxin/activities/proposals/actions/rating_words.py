"""What a proposer ticked on the committee's own form, and what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongxin.activities.proposals.enums import RatingAxis, Satisfaction
from tongxin.activities.proposals.models import RatingChoice
from tongxin.foundation.core.errors import ensure
from tongxin.foundation.core.record_language import recorded

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answers:
    """The two grades of a rating, and the committee's words that were ticked."""

    attitude: str
    result: str
    ticked: Mapping[str, RatingChoice | None]

    @property
    def choices(self) -> dict[str, RatingChoice | None]:
        """The ticked words, by the columns of a rating."""
        return {f"{axis}_choice": choice for axis, choice in self.ticked.items()}

    def words(self, axis: str) -> str:
        """Return what was said on one axis, as the record keeps it."""
        choice = self.ticked[axis]
        return choice.label if choice else recorded(Satisfaction(getattr(self, axis)).label)


def answers_of(committee_id: int, **said: str | RatingChoice | None) -> Answers:
    """Return the answers with their grades; a plain grade is the form's first answer of that grade.

    Args:
        committee_id: whose form it is.
        said: by axis: an answer, a grade, or None where nothing was said.

    Raises:
        Refused: an answer is not on the committee's form.
    """
    form = list(RatingChoice.objects.filter(committee_id=committee_id, is_active=True))
    ticked: dict[str, RatingChoice | None] = {}
    for axis, answer in said.items():
        if isinstance(answer, str):
            ticked[axis] = next((c for c in form if (c.axis, c.grade) == (axis, answer)), None)
            continue
        ensure(
            answer is None or (answer in form and answer.axis == axis),
            because=_("请选本会征询意见表上在用的选项。"),
        )
        ticked[axis] = answer
    return Answers(_grade(said, RatingAxis.ATTITUDE), _grade(said, RatingAxis.RESULT), ticked)


def _grade(said: Mapping[str, str | RatingChoice | None], axis: str) -> str:
    answer = said[axis]
    grade = answer.grade if isinstance(answer, RatingChoice) else answer
    ensure(grade in Satisfaction.values, because=_("请说对办理工作和办理结果满意不满意。"))
    return str(grade)
