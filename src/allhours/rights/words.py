"""The law in the words of the filed list, said once."""

from django.utils.translation import gettext_lazy as _

DUTY = _("个人信息保护法第十三条第一款第三项、第三十四条：履行职责所必需")
SERVICE = _("志愿服务条例第十九条：如实记录志愿服务信息")
CONSENT = _("个人信息保护法第十三条第一款第一项、第二十五条：取得个人同意")
SENSITIVE = _("个人信息保护法第二十八条、第二十九条：敏感个人信息，具有特定目的和充分必要")
SECURITY = _("网络安全法第二十一条：留存网络日志不少于六个月；个人信息保护法第五十一条")
RIGHTS = _("个人信息保护法第四十四条至第五十条：个人在处理活动中的权利")

BY_UNIT = _("单位报送的花名册，本人可更正")
BY_SELF = _("本人填写")
BY_SYSTEM = _("使用系统时产生")
BY_COMMUNITY = _("社区办理时登记")
BY_RESIDENT = _("居民提出，或由网格员代记")

NAMELESS = "某同志"  # stands for a name that was erased
REMOVED = "（已删除）"  # stands in free text where a name was
