"""The fictional county as plain values, the same for the same seed: places, units, people.

Sizes come from the scheme's `[demo]` table. The result is handed to the programme as the two
spreadsheets a real county would send: organisations and roster.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import xlsxwriter

from allhours.demo import names
from allhours.scheme.schema import Demo

COUNTY = "示例县"
ORG_HEADER = (
    "编码", "名称", "类别", "上级编码", "最少编入", "最多编入",
    "相邻社区", "小区", "街路", "结对社区", "单位类别",
)  # fmt: skip
ROSTER_HEADER = (
    "序号", "姓名", "性别", "民族", "公民身份号码", "出生日期", "学历", "人员类别", "所在党支部",
    "单位", "职务", "手机号码", "入党日期", "转正日期", "现居住地", "居住社区", "特长", "服务意愿",
    "是否离退休", "备注",
)  # fmt: skip
EDUCATION = ("研究生", "大学本科", "大学本科", "大学本科", "大学专科", "大学专科", "中等职业")


INSTITUTIONS = (
    "医院", "中学", "小学", "学校", "中心", "馆", "站", "所", "园", "段", "处", "院", "林场",
)  # fmt: skip


@dataclass(frozen=True)
class Community:
    code: str
    name: str
    town: str
    estates: tuple[str, ...]
    streets: tuple[str, ...]
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    klass: str
    branches: tuple[str, ...]
    paired: str  # community code


@dataclass(frozen=True)
class Person:
    name: str
    sex: str
    born: date
    id_number: str
    phone: str
    unit: Unit
    branch: str
    position: str
    joined: date
    full: date
    category: str
    address: str
    community: str  # name, or "" where the address does not tell
    skills: tuple[str, ...]
    serve: tuple[str, ...]
    education: str
    nation: str
    retired: bool


@dataclass(frozen=True)
class World:
    towns: tuple[tuple[str, str, bool], ...]  # code, name, subdistrict
    communities: tuple[Community, ...]
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    rng: Random = field(compare=False)


def make_world(sizes: Demo, *, seed: int, year: int, menu: list[str], members: int) -> World:
    """Everyone and everything of the county, for one seed. `menu`: titles of service items."""
    rng = Random(seed)
    towns, communities = _territory(sizes, rng)
    units = _units(sizes, communities, rng)
    people = _people(members, units, communities, menu, rng, date(year, 1, 1))
    return World(towns, communities, units, people, rng)


def _territory(
    sizes: Demo, rng: Random
) -> tuple[tuple[tuple[str, str, bool], ...], tuple[Community, ...]]:
    towns: list[tuple[str, str, bool]] = []
    plain: list[tuple[str, str, str]] = []
    pool = names.data("names")
    free = list(pool["communities"])
    for index, town in enumerate(sizes.towns):
        base = pool["towns"][index % len(pool["towns"])]
        kind = "街道" if town.subdistrict else "镇"
        code = f"J{index + 1:02d}"
        towns.append((code, f"{base}{kind}", town.subdistrict))
        for _ in range(town.communities):
            name = free.pop(0) if free else f"{base}第{len(plain) + 1}"
            plain.append((f"S{len(plain) + 1:03d}", f"{name}社区", code))
    communities = []
    for index, (code, name, town_code) in enumerate(plain):
        stem = name.removesuffix("社区")
        picked = rng.sample(pool["estates"], 4)
        communities.append(
            Community(
                code=code,
                name=name,
                town=town_code,
                estates=tuple(f"{stem}{estate}" for estate in picked),
                streets=(f"{stem}{rng.choice(('大街', '路', '胡同'))}",),
                # a ring with a chord every fourth: a plausible map
                neighbours=tuple(
                    plain[(index + step) % len(plain)][0]
                    for step in ((1, 4) if index % 4 == 0 else (1,))
                    if plain[(index + step) % len(plain)][0] != code
                ),
            )
        )
    return tuple(towns), tuple(communities)


def _unit_class(name: str) -> str:
    if name.endswith(("公司",)):
        return "国有企业"
    if name.endswith(("联", "会", "团委", "协")) and not name.endswith("委员会"):
        return "人民团体"
    if name.endswith(
        ("医院", "中学", "小学", "中心", "馆", "站", "所", "园", "段", "处", "院", "林场")
    ):
        return "事业单位"
    return "机关"


def _units(sizes: Demo, communities: tuple[Community, ...], rng: Random) -> tuple[Unit, ...]:
    units = []
    bureaus = names.data("names")["bureaus"]
    for index in range(sizes.units):
        stem = bureaus[index % len(bureaus)]
        turn = index // len(bureaus)
        name = f"县{stem}" + (f"第{turn + 1}分部" if turn else "")
        count = _branch_count(index, sizes, rng)
        branches = tuple(
            f"{name}党支部" if count == 1 else f"{name}第{n + 1}党支部" for n in range(count)
        )
        units.append(
            Unit(
                f"D{index + 1:03d}",
                name,
                _unit_class(stem),
                branches,
                communities[index % len(communities)].code,
            )
        )
    return tuple(units)


def _branch_count(index: int, sizes: Demo, rng: Random) -> int:
    """As many branches in all as the scheme says, or a plausible few."""
    if sizes.unit_branches:
        return sizes.unit_branches // sizes.units + (index < sizes.unit_branches % sizes.units)
    return 1 if rng.random() < 0.6 else rng.choice((2, 2, 3))


def _people(
    count: int,
    units: tuple[Unit, ...],
    communities: tuple[Community, ...],
    menu: list[str],
    rng: Random,
    today: date,
) -> tuple[Person, ...]:
    weights = [rng.choice((1, 1, 2, 3, 5)) for _ in units]
    lots = list(units) + rng.choices(units, weights, k=max(0, count - len(units)))
    tens = [rng.choice((2, 3, 4)) for _ in communities]
    numbers = names.phones()
    return tuple(
        _person(serial, unit, rng.choices(communities, tens)[0], menu, rng, today, next(numbers))
        for serial, unit in enumerate(lots[:count])
    )


def _person(
    serial: int,
    unit: Unit,
    home: Community,
    menu: list[str],
    rng: Random,
    today: date,
    phone: str,
) -> Person:
    pool = names.data("names")
    name, sex = names.person(rng, rare=serial % 97 == 5)
    retired = rng.random() < 0.015
    born = names.birth_date(rng, today, *((60, 68) if retired else (24, 58)))
    joined = born + timedelta(days=rng.randint(20 * 365, 23 * 365 + 300))
    joined = min(joined, today - timedelta(days=90))
    full = joined + timedelta(days=366)
    told = rng.random() < 0.88  # the rest live where the list of estates does not reach
    place = rng.choice(home.estates) if told else f"{rng.choice(pool['streets'])}旧楼"
    door = f"{rng.randint(1, 18)}栋{rng.randint(1, 4)}单元{rng.randint(1, 6)}0{rng.randint(1, 3)}室"
    return Person(
        name=name,
        sex=sex,
        born=born,
        id_number=names.id_number(born, sex, serial),
        phone=phone,
        unit=unit,
        branch=rng.choice(unit.branches),
        position=rng.choice(pool["positions"]),
        joined=joined,
        full=full,
        category="正式党员" if full <= today else "预备党员",
        address=place + door,
        community=home.name if told and rng.random() < 0.5 else "",
        skills=tuple(rng.sample(pool["skills"], rng.choice((0, 1, 1, 2)))),
        serve=tuple(rng.sample(menu, min(len(menu), rng.choice((1, 2, 2, 3))))) if menu else (),
        education=rng.choice(EDUCATION),
        nation="汉" if rng.random() < 0.93 else rng.choice(("满", "蒙古", "朝鲜", "回")),
        retired=retired,
    )


def organizations_workbook(world: World, *, least: int, most: int) -> bytes:
    """What `import_orgs` reads: towns, communities with estates and neighbours, branches, units."""
    rows: list[tuple[object, ...]] = []
    for code, name, subdistrict in world.towns:
        kind = "街道" if subdistrict else "乡镇"
        rows.append((code, name, kind, "", "", "", "", "", "", "", ""))
    for c in world.communities:
        rows.append(
            (c.code, c.name, "社区", c.town, least, most, "、".join(c.neighbours),
             "、".join(c.estates), "、".join(c.streets), "", "")
        )  # fmt: skip
        rows.append(
            (f"L{c.code[1:]}", f"{c.name.removesuffix('社区')}临时党支部", "临时党支部", c.code,
             "", "", "", "", "", "", "")
        )  # fmt: skip
        rows.append(
            (f"W{c.code[1:]}", f"{c.name.removesuffix('社区')}第一网格", "网格", c.code,
             "", "", "", "", "", "", "")
        )  # fmt: skip
    for unit in world.units:
        rows.append((unit.code, unit.name, "单位", "", "", "", "", "", "", unit.paired, unit.klass))
        for number, branch in enumerate(unit.branches, start=1):
            rows.append(
                (f"{unit.code}-{number}", branch, "党支部", unit.code, "", "", "", "", "", "", "")
            )
    return _workbook("组织", ORG_HEADER, rows)


def roster_workbook(people: tuple[Person, ...], title: str) -> bytes:
    """The roster as units send it: a merged title, one header row, numbers as text."""
    rows = [
        (
            index, p.name, "男" if p.sex == "1" else "女", p.nation, p.id_number,
            f"{p.born:%Y%m%d}", p.education, p.category, p.branch, p.unit.name, p.position, p.phone,
            f"{p.joined:%Y.%m.%d}", f"{p.full:%Y.%m.%d}" if p.category == "正式党员" else "",
            p.address, p.community, "、".join(p.skills), "、".join(p.serve),
            "是" if p.retired else "否", "",
        )
        for index, p in enumerate(people, start=1)
    ]  # fmt: skip
    return _workbook("花名册", ROSTER_HEADER, rows, title=title)


def _workbook(
    sheet: str, header: tuple[str, ...], rows: Sequence[tuple[object, ...]], title: str = ""
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    page = book.add_worksheet(sheet)
    top = 0
    if title:
        page.merge_range(0, 0, 0, len(header) - 1, title)
        top = 1
    page.write_row(top, 0, header)
    for number, row in enumerate(rows, start=top + 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(number, column, value)
            else:
                page.write(number, column, value)
    book.close()
    return buffer.getvalue()
