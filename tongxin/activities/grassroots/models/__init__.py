"""The tables of the grass-roots room."""

from tongxin.activities.grassroots.models.appraisal import (
    AppraisalItem,
    AppraisalScheme,
    Grade,
    ItemScore,
    StationReport,
    StationScore,
)
from tongxin.activities.grassroots.models.node_import import NodeImport
from tongxin.activities.grassroots.models.nodes import (
    CouncilSeat,
    DutySlot,
    LeaderCharge,
    SecondedPerson,
    Secondment,
    StationHead,
    SupervisionVisit,
    Visit,
)
from tongxin.activities.grassroots.models.problem import Problem, ProblemQuerySet
from tongxin.activities.grassroots.models.rules import GrassrootsRules
from tongxin.activities.grassroots.models.session import (
    Attendee,
    DeliberationSession,
    RecordConflict,
    SessionHost,
    SessionQuerySet,
    Statement,
    Suggestion,
    SyncedAct,
    VenueKind,
)

__all__ = [
    "AppraisalItem",
    "AppraisalScheme",
    "Attendee",
    "CouncilSeat",
    "DeliberationSession",
    "DutySlot",
    "Grade",
    "GrassrootsRules",
    "ItemScore",
    "LeaderCharge",
    "NodeImport",
    "Problem",
    "ProblemQuerySet",
    "RecordConflict",
    "SecondedPerson",
    "Secondment",
    "SessionHost",
    "SessionQuerySet",
    "Statement",
    "StationHead",
    "StationReport",
    "StationScore",
    "Suggestion",
    "SupervisionVisit",
    "SyncedAct",
    "VenueKind",
    "Visit",
]
