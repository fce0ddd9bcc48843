"""Kinds and code lists (domain.md §4.6). Stored as codes without foreign keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Side(models.TextChoices):
    EMPLOYER = "employer", _("单位")
    TERRITORY = "territory", _("属地")


class OrgKind(models.TextChoices):
    # employers' side
    COUNTY = "county", _("县直机关工委")
    UNIT = "unit", _("单位")
    PARTY_COMMITTEE = "party_committee", _("机关党委")
    GENERAL_BRANCH = "general_branch", _("党总支")
    BRANCH = "branch", _("党支部")
    # territory's side
    TERRITORY = "territory", _("全县社区")
    TOWN = "town", _("街道（乡镇）")
    COMMUNITY = "community", _("社区")
    GRID = "grid", _("网格")
    ESTATE = "estate", _("小区")
    BUILDING = "building", _("楼栋")
    TEMP_BRANCH = "temp_branch", _("临时党支部")
    # either side
    TEAM = "team", _("志愿服务队")
    YOUTH_TEAM = "youth_team", _("青年志愿服务队")
    STATION = "station", _("志愿服务站")
    PARTNER = "partner", _("共建单位")


class AppointmentState(models.TextChoices):
    """An approved one is in force on the days of its term; nothing is ever deleted."""

    PROPOSED = "proposed", _("待批准")
    IN_FORCE = "in_force", _("已任命")
    DECLINED = "declined", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")
    ENDED = "ended", _("已结束")


class UnitClass(models.TextChoices):
    ORGAN = "organ", _("机关")
    INSTITUTION = "institution", _("事业单位")
    STATE_FIRM = "state_firm", _("国有企业")
    MASS_ORGANIZATION = "mass_organization", _("人民团体")
    TOWN = "town", _("乡镇（街道）")
    OTHER = "other", _("其他")


class Category(models.TextChoices):
    FULL = "full", _("正式党员")
    PROBATIONARY = "probationary", _("预备党员")
    YOUTH_LEAGUE = "youth_league", _("共青团员")
    APPLICANT = "applicant", _("入党积极分子")
    VOLUNTEER = "volunteer", _("其他志愿者")


class Standing(models.TextChoices):
    IN_SERVICE = "in_service", _("在职")
    RETIRED = "retired", _("离退休")
    LEFT = "left", _("已离开")
    DECEASED = "deceased", _("已故")


# Only these are expected to report (architecture.md §1.6).
EXPECTED_CATEGORIES = (Category.FULL, Category.PROBATIONARY)


class Sex(models.TextChoices):
    """GB/T 2261.1"""

    UNKNOWN = "0", _("未知")
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNSTATED = "9", _("未说明")


class Education(models.TextChoices):
    """GB/T 4658-2006, top level"""

    POSTGRADUATE = "10", _("研究生")
    BACHELOR = "20", _("大学本科")
    COLLEGE = "30", _("大学专科")
    VOCATIONAL = "40", _("中等职业")
    HIGH_SCHOOL = "60", _("普通高中")
    MIDDLE_SCHOOL = "70", _("初中")
    PRIMARY_SCHOOL = "80", _("小学")
    OTHER = "90", _("其他")


class PlaceKind(models.TextChoices):
    ESTATE = "estate", _("小区")
    STREET = "street", _("街路")


# GB/T 3304-1991: code → short name; the printed form is the name + 族.
_NATION_NAMES = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜
水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒
乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""
NATIONS = dict(enumerate(_NATION_NAMES.split(), start=1))


class ChangeKind(models.TextChoices):
    """What may change in a person's service life, one at a time and by a page of its own."""

    MOVE = "move", _("迁居")
    TRANSFER = "transfer", pgettext_lazy("to another unit", "调动")
    LEAVE = "leave", _("离开名册")
    RETIRE = "retire", _("离退休")
    DEATH = "death", _("去世")
    RETURN = "return", _("恢复在册")


class ChangeState(models.TextChoices):
    ASKED = "asked", _("待同意")  # waits for the other side
    PLANNED = "planned", _("待生效")  # dated in the future
    DONE = "done", _("已生效")
    DECLINED = "declined", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")
    LAPSED = "lapsed", _("未能生效")  # on its day the rules refused it


OPEN_CHANGES = (ChangeState.ASKED, ChangeState.PLANNED)


class LeaveReason(models.TextChoices):
    """Why a person is no longer on the roster; stored in `Member.left_reason`."""

    AWAY = "away", _("调离本县")
    MEMBERSHIP_ENDED = "membership_ended", _("停止党籍")
    OTHER = "other", _("其他原因")
    DECEASED = "deceased", _("去世")
    ROSTER = "roster", _("新花名册中没有")
    MERGED = "merged", _("并入另一编号")


# Those that a person may choose on the page of leaving; the others have pages of their own.
LEAVE_CHOICES = (LeaveReason.AWAY, LeaveReason.MEMBERSHIP_ENDED, LeaveReason.OTHER)


class FormerFact(models.TextChoices):
    NAME = "name", _("姓名")
    UNIT = "unit", _("单位")
    POSITION = "position", _("职务")
    COMMUNITY = "community", _("居住社区")
    SERVICE = "service", _("在册在职")  # a spell of service before leaving and coming back


class Fate(models.TextChoices):
    """What becomes of an open duty when its person's situation changes."""

    CLOSED = "closed", _("结束")
    HANDED = "handed", _("移交")
    KEPT = "kept", _("保留")


class MergeState(models.TextChoices):
    PROPOSED = "proposed", _("待批准")
    DONE = "done", _("已合并")
    DECLINED = "declined", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")
    UNDONE = "undone", _("已撤销合并")
