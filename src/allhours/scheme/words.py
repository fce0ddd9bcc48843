"""The default words of the vocabulary, so that they can be translated."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from allhours.scheme.schema import Vocabulary

NEUTRAL = (
    gettext_noop("在职党员进社区"),
    gettext_noop("在职党员"),
    gettext_noop("单位"),
    gettext_noop("单位党组织"),
    gettext_noop("社区"),
    gettext_noop("社区党组织"),
    gettext_noop("临时党支部"),
    gettext_noop("志愿服务站"),
    gettext_noop("党员志愿服务队"),
    gettext_noop("青年志愿服务队"),
    gettext_noop("报到证明信"),
    gettext_noop("报到回执"),
    gettext_noop("基本情况信息卡"),
    gettext_noop("写实登记卡"),
    gettext_noop("服务承诺卡"),
    gettext_noop("评议反馈卡"),
    gettext_noop("联系对象档案卡"),
    gettext_noop("联系卡"),
    gettext_noop("活动人员名单"),
    gettext_noop("双重管理证"),
    gettext_noop("共产党员户牌"),
    gettext_noop("服务菜单"),
    gettext_noop("服务项目"),
    gettext_noop("服务岗位"),
    gettext_noop("微心愿"),
    gettext_noop("合理建议"),
    gettext_noop("活动"),
    gettext_noop("志愿服务日"),
    gettext_noop("点单"),
    gettext_noop("组团服务"),
    gettext_noop("困难家庭"),
    gettext_noop("积分"),
    gettext_noop("星级"),
    gettext_noop("服务群众情况汇总表"),
    gettext_noop("报到情况汇总表"),
)


def word(vocabulary: Vocabulary, name: str) -> str:
    """The county's word for `name`; AttributeError for a word there is not."""
    own: str = getattr(vocabulary, name)
    return gettext(own) if own in NEUTRAL else own
