from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """What was done. Values stand in `ledger export`: never rename."""

    POST_SERVICE = "post_service", _("岗位服务")
    ACTIVITY = "activity", _("公益活动")
    THEMED = "themed_activity", _("主题活动")
    WISH = "wish", _("微心愿")
    VISIT = "visit", _("入户走访")
    SUGGESTION = "suggestion", _("合理建议")
    GROUP_SERVICE = "group_service", _("组团服务")
    SERVICE_DAY = "service_day", _("志愿服务日")
    OTHER = "other", _("其他服务")
