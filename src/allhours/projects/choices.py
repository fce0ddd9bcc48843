from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectState(models.TextChoices):
    RUNNING = "running", _("进行中")
    ENDED = "ended", _("已结束")


class Span(models.TextChoices):
    LONG = "long", _("长期项目")
    SHORT = "short", _("短期项目")
