"""What a spreadsheet of wishes may hold: its columns, the words of its lists, what can be wrong.

Sentences are message ids; whoever shows them translates them, as with the roster's.
"""

from __future__ import annotations

import unicodedata

from allhours.directory.roster import problems as roster
from allhours.directory.roster.columns import NOISE
from allhours.directory.roster.problems import _
from allhours.needs.choices import GuardianRelation, Origin, WisherKind

COLUMNS: dict[str, tuple[str, ...]] = {
    "words": ("心愿内容", "心愿", "微心愿", "愿望", "心愿原话", "words"),
    "community": ("社区", "所在社区", "村社区", "社区名称", "community"),
    "name": ("姓名", "心愿人", "称呼", "心愿人姓名", "name"),
    "phone": ("联系电话", "电话", "手机号码", "手机", "手机号", "phone"),
    "address": ("住址", "地址", "门牌", "现居住地", "address"),
    "title": ("公开内容", "公开的心愿", "公开心愿", "title"),
    "category": ("类别", "心愿类别", "服务项目", "category"),
    "wisher_kind": ("心愿人类别", "人群", "群体", "wisher_kind"),
    "places": ("名额", "需要人数", "places"),
    "budget": ("预算", "预算元", "预计金额", "budget"),
    "channel": ("来源", "征集方式", "来源渠道", "channel"),
    "consent": ("同意公开", "是否同意公开", "consent"),
    "guardian": ("监护人", "监护人姓名", "guardian"),
    "relation": ("与孩子关系", "监护关系", "关系", "relation"),
    "own": ("问题",),  # what the file that is sent back has more
}
ALIASES = {
    NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold(): column
    for column, names in COLUMNS.items()
    for name in names
}
KINDS = {
    "居民": WisherKind.RESIDENT,
    "老人": WisherKind.ELDER,
    "空巢老人": WisherKind.ELDER,
    "学生": WisherKind.PUPIL,
    "儿童": WisherKind.CHILD,
    "孩子": WisherKind.CHILD,
    "家庭": WisherKind.FAMILY,
    "残疾人": WisherKind.DISABLED,
    "老兵": WisherKind.VETERAN,
}
CHANNELS = {
    "心愿箱": Origin.BOX,
    "意见箱": Origin.BOX,
    "热线": Origin.HOTLINE,
    "热线电话": Origin.HOTLINE,
    "电话": Origin.HOTLINE,
    "走访": Origin.VISIT,
    "入户": Origin.VISIT,
    "入户走访": Origin.VISIT,
    "网格员走访": Origin.VISIT,
    "座谈会": Origin.MEETING,
    "便民服务中心": Origin.CENTRE,
    "心愿墙": Origin.WALL,
    "服务窗口": Origin.CENTRE,
}
RELATIONS = {
    "父亲": GuardianRelation.PARENT,
    "母亲": GuardianRelation.PARENT,
    "父母": GuardianRelation.PARENT,
    "祖父": GuardianRelation.GRANDPARENT,
    "祖母": GuardianRelation.GRANDPARENT,
    "爷爷": GuardianRelation.GRANDPARENT,
    "奶奶": GuardianRelation.GRANDPARENT,
    "外公": GuardianRelation.GRANDPARENT,
    "外婆": GuardianRelation.GRANDPARENT,
    "姥姥": GuardianRelation.GRANDPARENT,
    "姥爷": GuardianRelation.GRANDPARENT,
    "亲属": GuardianRelation.RELATIVE,
}
YES = frozenset({"是", "同意", "y", "yes", "1", "√", "✓", "true"})
NO = frozenset({"", "否", "不同意", "n", "no", "0", "×", "false"})
MINORS = frozenset({WisherKind.CHILD})
LONGEST = {"words": 300, "name": 20, "address": 80, "title": 60, "guardian": 20, "relation": 20}

TEXTS = {
    "words_missing": _("没有填写心愿内容"),
    "community_missing": _("没有填写社区"),
    "community_unknown": _("系统中没有这个社区"),
    "community_unclear": _("有几个社区叫这个名称"),
    "not_yours": _("不是本社区的心愿"),
    "phone_invalid": _("联系电话不正确"),
    "category_unknown": _("服务菜单中没有这个类别"),
    "category_missing": _("填写了公开内容，没有选类别"),
    "title_missing": _("要定时发布，须填写公开内容和类别"),
    "title_tells": _("公开内容里有姓名、电话或住址"),
    "kind_unknown": _("心愿人类别无法识别"),
    "channel_unknown": _("来源无法识别"),
    "consent_unknown": _("是否同意公开无法识别"),
    "places_invalid": _("名额应是 1 到 50 的整数"),
    "budget_invalid": _("预算应是整数"),
    "over_budget": _("预算超过心愿的上限"),
    "too_long": _("文字太长"),
    "guardian_missing": _("孩子的心愿须填写监护人和关系，并同意公开"),
    "duplicate_in_file": _("与前面的一行相同"),
    "already_noted": _("这个心愿以前已经导入，本次跳过"),
    "category_unused": _("没有公开内容，类别留待核实时再选"),
    "column_unknown": _("这一列不认识，未导入"),
}
EXPECTED = {
    "words_missing": _("照心愿人的原话写一句"),
    "community_missing": _("社区名称或代码"),
    "community_unknown": _("从模板的下拉列表中选择"),
    "community_unclear": _("改填社区代码"),
    "not_yours": _("本社区的名称，或留空"),
    "phone_invalid": _("11 位手机号，或带区号的固定电话"),
    "category_unknown": _("从模板的下拉列表中选择"),
    "category_missing": _("从模板的下拉列表中选择"),
    "title_missing": _("一句不写姓名、电话和门牌的话，并选类别"),
    "title_tells": _("改写成不写姓名、电话和门牌的话"),
    "kind_unknown": _("从模板的下拉列表中选择，或留空"),
    "channel_unknown": _("从模板的下拉列表中选择，或留空"),
    "consent_unknown": _("是，或否"),
    "over_budget": _("不超过 %(cap)s 元，或改作项目办理"),
    "too_long": _("不超过 %(most)s 字"),
    "guardian_missing": _("监护人姓名、与孩子关系，同意公开填“是”"),
}
WARNINGS = frozenset({"already_noted", "column_unknown", "category_unused"})


class Problem(roster.Problem):
    """As in a roster, in this sheet's words; `found` is never filled from a cell for a name, an
    address or the wish itself."""

    @property
    def severity(self) -> str:
        return roster.ERROR if self.is_error else roster.WARNING

    @property
    def is_error(self) -> bool:
        return self.code not in WARNINGS

    @property
    def text(self) -> str:
        return TEXTS[self.code]
