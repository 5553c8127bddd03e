"""Run inside an installation: make proposals that are ready to be submitted, or say what became of them.

`python -m tests.operations.drafts make 200` prints a session cookie and the identifiers; `… state` prints each
proposal's state, serial number, timeline entries of its submission and participations.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402

from tests.factories import HUATING, draft, make_house  # noqa: E402
from tongxin.activities.proposals.models import Proposal  # noqa: E402
from tongxin.foundation.core import tenancy  # noqa: E402
from tongxin.foundation.organization.models import Committee  # noqa: E402


@transaction.atomic
def make(count: int) -> dict[str, object]:
    house = make_house(HUATING)
    with house.at_work():
        ids = [str(draft(house, title=f"关于改善第{n}小学门口交通的提案").pk) for n in range(count)]
    user = house.users["proposer"]
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return {"cookie": store.session_key, "ids": ids}


@transaction.atomic
def state() -> dict[str, list[object]]:
    committee = Committee.objects.get(code=HUATING)
    with tenancy.scope([committee.pk]):
        return {
            str(p.pk): [
                p.matter.state,
                p.serial,
                p.matter.timeline.filter(verb="submit").count(),
                p.matter.participations.count(),
                p.revisions.count(),
            ]
            for p in Proposal.objects.select_related("matter")
        }


if __name__ == "__main__":
    print(json.dumps(make(int(sys.argv[2])) if sys.argv[1] == "make" else state()))
