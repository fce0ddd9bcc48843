"""Kinds of calendar day; stored values, never renamed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("法定节假日")
    MAKEUP = "makeup", _("调休上班日")
    WORKDAY = "workday", _("本地工作日")
