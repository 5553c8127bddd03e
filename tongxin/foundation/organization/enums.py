"""Words of the organization that code compares."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The level of a place and of its committee."""

    PROVINCE = "province", _("省")
    CITY = "city", _("市（州）")
    COUNTY = "county", _("县（市、区）")
    # An area with an administration but without people's congress and committee, such as 兰州新区.
    ZONE = "zone", _("功能区")
    # Below a county there are no committees; these say where a workstation or a room is.
    TOWN = "town", _("乡镇街道")
    VILLAGE = "village", _("村（社区）")


class Role(models.TextChoices):
    """What a post allows."""

    MEMBER = "member", _("委员")
    SUBMITTER = "submitter", _("集体提案单位联络员")
    STAFF = "staff", _("政协机关工作人员")
    REVIEWER = "reviewer", _("提案审查人员")
    LEADER = "leader", _("主席、副主席、秘书长")
    SUPERVISOR = "supervisor", _("督办单位")
    UNIT_CLERK = "unit_clerk", _("承办单位经办人")
    UNIT_LEADER = "unit_leader", _("承办单位负责人")
    STATION_HEAD = "station_head", _("委员工作站站长")
    NODE_WORKER = "node_worker", _("协商议事联络员")
    TENANT_ADMIN = "tenant_admin", _("本会管理员")
    AUDITOR = "auditor", _("审计员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")


NODE_ROLES = frozenset({Role.STATION_HEAD, Role.NODE_WORKER})
# Those who act for an office; they need a second factor. Who keeps a village's room has one phone and no office.
OFFICE_ROLES = frozenset(Role.values) - {Role.MEMBER, Role.SUBMITTER} - NODE_ROLES
UNIT_ROLES = frozenset({Role.UNIT_CLERK, Role.UNIT_LEADER, Role.SUPERVISOR})


class MemberStatus(models.TextChoices):
    """Where a member stands; changes follow ``organization.lifecycle``."""

    NOMINATED = "nominated", _("提名")
    ACTIVE = "active", _("在任")
    SUSPENDED = "suspended", _("暂停履职")
    RESIGNED = "resigned", _("辞职")
    REMOVED = "removed", _("免职")
    REVOKED = "revoked", _("撤销资格")
    TERM_ENDED = "term_ended", _("届满")
    DECEASED = "deceased", _("去世")


class Standing(models.TextChoices):
    """The office that a member holds in the committee."""

    MEMBER = "member", _("委员")
    STANDING_MEMBER = "standing_member", _("常务委员")
    CHAIR = "chair", _("主席")
    VICE_CHAIR = "vice_chair", _("副主席")
    SECRETARY_GENERAL = "secretary_general", _("秘书长")


class BodyKind(models.TextChoices):
    """What kind of organisation submits collectively."""

    PARTY = "party", _("民主党派")
    ORGANIZATION = "organization", _("人民团体")
    FIC = "fic", _("工商联")
    SECTOR = "sector", _("界别")
    GROUP = "group", _("委员小组")
    SPECIAL_COMMITTEE = "special_committee", _("专门委员会")


class UnitKind(models.TextChoices):
    """What kind of unit handles proposals."""

    DEPARTMENT = "department", _("部门")
    SUPERVISING = "supervising", _("督办单位")
    TOWNSHIP = "township", _("乡镇街道")
    COURT = "court", _("法院、检察院")
    ENTERPRISE = "enterprise", _("企事业单位")


class SuccessionKind(models.TextChoices):
    """How a unit became another."""

    RENAMED = "renamed", _("更名")
    MERGED = "merged", _("并入")
    SPLIT = "split", _("分设")


class NodeKind(models.TextChoices):
    """The three in one (三位一体), and the members' homes."""

    STATION = "station", _("委员工作站")
    COUNCIL = "council", _("协商议事会")
    ROOM = "room", _("协商议事室")
    HOME = "home", _("委员之家")


class HostKind(models.TextChoices):
    """Who a node of the grass roots is with."""

    TOWNSHIP = "township", _("乡镇")
    STREET = "street", _("街道")
    PARK = "park", _("园区")
    VILLAGE = "village", _("村")
    COMMUNITY = "community", _("社区")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "institution", _("事业单位")
    SECTOR = "sector", _("界别")


class Establishment(models.TextChoices):
    """On which establishment a post of the office is (编制)."""

    ADMINISTRATIVE = "administrative", _("行政编制")
    WORKER = "worker", _("工勤编制")
    INSTITUTION = "institution", _("事业编制")


class Workplace(models.TextChoices):
    """Where a post of the office is."""

    OFFICE = "office", _("机关")
    SPECIAL_COMMITTEE = "special_committee", _("专门委员会")
    SERVICE_CENTRE = "service_centre", _("委员服务中心")


class StaffChangeKind(models.TextChoices):
    """What happened to one of the staff."""

    ADDED = "added", _("充实到专委会")
    SELECTED = "selected", _("公开遴选")
    ATTACHED = "attached", _("编入专委会的调研员")
    PROMOTED = "promoted", _("提拔")
    EXCHANGED = "exchanged", _("交流")
    RANKED = "ranked", _("解决职级待遇")
