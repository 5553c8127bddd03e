"""Where the network has gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongxin.activities.grassroots.permissions import NODE_READERS, can_manage_nodes
from tongxin.activities.grassroots.selectors import coverage as selectors
from tongxin.activities.grassroots.selectors.places import chosen_area
from tongxin.foundation.core.access import policy
from tongxin.foundation.organization.selectors import paged
from tongxin.foundation.organization.views.workbooks import as_download

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from tongxin.foundation.core.access import ActorRequest


@policy(*NODE_READERS)
@require_safe
def coverage(request: ActorRequest) -> HttpResponse:
    """Show what each town has and what is missing; each number opens its rows."""
    actor = request.actor
    if request.GET.get("export"):
        return as_download(selectors.coverage_workbook(actor), f"{actor.committee}-{_('网点覆盖')}")
    lines = selectors.town_lines(actor)
    show = request.GET.get("show", "")
    town = next((line for line in lines if line.code == request.GET.get("town")), None)
    # A city's towns are shown county by county: a province has 1,403.
    areas = selectors.areas_in(lines)
    area = chosen_area(areas, request.GET.get("area", "") or (town.area_code if town else ""))
    context: dict[str, Any] = {
        "tiles": selectors.kind_tiles(actor),
        "gaps": selectors.gap_tiles(actor, lines, show),
        "areas": areas if len(areas) > 1 else [],
        "area": area,
        "lines": [line for line in lines if line.area_code == area],
        "show": show if show in selectors.LISTED else "",
        "town": town,
        "may_manage": can_manage_nodes(actor, actor.committee_id or 0),
    }
    if context["show"]:
        pages = paged(selectors.gap_rows(actor, show, town.code if town else ""), request.GET.get("page"))
        context |= pages | {
            "label": selectors.LISTED[show],
            "rows": selectors.as_gap_rows(show, pages["page"]),
        }
    return render(request, "grassroots/nodes_coverage.html", context)
