"""What a committee sets for its work at the grass roots."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.organization.models import Committee


class GrassrootsRules(models.Model):
    """The limits of a committee. Working days unless the name says months or days."""

    committee = models.OneToOneField(Committee, primary_key=True, on_delete=models.PROTECT, related_name="+")
    record_days = models.PositiveSmallIntegerField(_("会后几个工作日内归档"), default=7)
    check_days = models.PositiveSmallIntegerField(_("报已解决后几个工作日内核实"), default=5)
    look_back_months = models.PositiveSmallIntegerField(_("解决后多久回头看（月）"), default=6)
    objection_days = models.PositiveSmallIntegerField(_("解决后多少天内可以说没解决"), default=90)

    class Meta:
        db_table = "grassroots_rules"
