"""The life cycles beside the handling: of a key proposal, and of an honour.

They stand apart from the proposal's own states: a proposal is supervised while it is handled, and honoured
whatever has become of it since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongxin.activities.proposals import permissions as may
from tongxin.activities.proposals.models.following import Honour, KeyProposal
from tongxin.foundation.core.lifecycle import Lifecycle, Move, State

if TYPE_CHECKING:
    from django.db.models import TextChoices

_K = KeyProposal.State
_H = Honour.State


def _states(*rows: tuple[TextChoices, int, str, bool]) -> dict[str, State]:
    return {code.value: State(code.value, code.label, step, tone, final) for code, step, tone, final in rows}


def _moves(*rows: Move) -> dict[str, Move]:  # type: ignore[type-arg]
    return {m.verb: m for m in rows}


KEY: Lifecycle[KeyProposal] = Lifecycle(
    steps=(_("推荐"), _("主席会议审定"), _("督办"), _("结果")),
    state_of=lambda k: k.state,
    states=_states(
        # code, step, tone, ends here
        (_K.POOL, 0, "wait", False),
        (_K.NOT_CHOSEN, 1, "stop", False),
        (_K.CHOSEN, 2, "go", False),
        (_K.ENDED, 3, "ok", True),
    ),
    moves=_moves(
        # The first nomination makes the row; a later session of the meeting may look at it again.
        Move("nominate_key", (_K.NOT_CHOSEN,), _K.POOL, may.can_nominate_key, label=_("再次推荐")),
        Move("withdraw_key", (_K.POOL,), None, may.can_nominate_key, label=_("撤回推荐")),
        Move("choose_key", (_K.POOL,), _K.CHOSEN, may.can_organize_supervision, label=_("确定为重点提案")),
        Move("pass_over_key", (_K.POOL,), _K.NOT_CHOSEN, may.can_organize_supervision, label=_("不选")),
        Move("add_supervisor", (_K.CHOSEN,), None, may.can_organize_supervision, label=_("督办领导")),
        Move("remove_supervisor", (_K.CHOSEN,), None, may.can_organize_supervision, label=_("移除督办领导")),
        Move("plan_supervision", (_K.CHOSEN,), None, may.can_organize_supervision, label=_("督办方案")),
        Move("record_supervision", (_K.CHOSEN,), None, may.can_organize_supervision, label=_("记一次督办")),
        Move("end_supervision", (_K.CHOSEN,), _K.ENDED, may.can_organize_supervision, label=_("写督办结果")),
    ),
)

HONOUR: Lifecycle[Honour] = Lifecycle(
    steps=(_("征集推荐"), _("初评"), _("审定"), _("公布")),
    state_of=lambda h: h.state,
    states=_states(
        (_H.NOMINATED, 0, "wait", False),
        (_H.SHORTLISTED, 1, "go", False),
        (_H.NOT_SHORTLISTED, 1, "stop", True),
        (_H.DECIDED, 2, "go", False),
        (_H.NOT_DECIDED, 2, "stop", True),
        (_H.PUBLISHED, 3, "ok", True),
    ),
    moves=_moves(
        Move("shortlist_honour", (_H.NOMINATED,), _H.SHORTLISTED, may.can_review_honour, label=_("初评入围")),
        Move(
            "drop_honour", (_H.NOMINATED,), _H.NOT_SHORTLISTED, may.can_review_honour, label=_("初评不入围")
        ),
        Move("decide_honour", (_H.SHORTLISTED,), _H.DECIDED, may.can_decide_honour, label=_("审定通过")),
        Move(
            "refuse_honour", (_H.SHORTLISTED,), _H.NOT_DECIDED, may.can_decide_honour, label=_("审定不通过")
        ),
        Move("publish_honour", (_H.DECIDED,), _H.PUBLISHED, may.can_decide_honour, label=_("公布")),
    ),
)
