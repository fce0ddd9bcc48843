"""The roster: preview against bare reading of the same file, apply against a bare bulk insert."""

import io
import random
from datetime import date, timedelta
from typing import Any

from bench.support import best, installation, rate, table

MEMBERS, UNITS = 5_700, 378
HEAD = ["姓名", "性别", "民族", "公民身份号码", "出生日期", "学历", "单位", "职务", "手机号码"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def people(seed: int = 1) -> list[list[str]]:
    """Invented members with sound ID numbers."""
    draw = random.Random(seed)
    rows = []
    for number in range(MEMBERS):
        born = date(1966, 1, 1) + timedelta(days=2 * number)
        body = f"220122{born:%Y%m%d}{number % 1000:03d}"
        check = "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
        sex = "男" if int(body[16]) % 2 else "女"
        name = (
            draw.choice("赵钱孙李周吴郑王") + draw.choice("建国志强秀英丽娟") + chr(0x4E00 + number)
        )
        unit = f"测试单位{number % UNITS:03d}"
        phone = f"139{number:08d}"
        row = [name, sex, "汉族", body + check, f"{born:%Y-%m-%d}", "大学本科", unit, "科员", phone]
        rows.append(row)
    return rows


def workbook(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        for number, row in enumerate([["在职党员花名册"], HEAD, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def bare_read(content: bytes) -> int:
    from python_calamine import CalamineWorkbook

    return len(
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )


def bare_insert(rows: list[list[str]]) -> None:
    """As many plain rows of the same table, in one transaction that is rolled back."""
    from django.db import transaction
    from tests.factories.directory import make_unit

    from allhours.directory.models import Member

    with transaction.atomic():
        unit = make_unit()
        Member.objects.bulk_create(
            [
                Member(
                    member_no=f"B{number:06d}",
                    name=row[0],
                    unit=unit,
                    position=row[7],
                    registered_on=date(2026, 1, 1),
                )
                for number, row in enumerate(rows)
            ],
            batch_size=500,
        )
        transaction.set_rollback(True)


def main() -> None:
    rows = people()
    content = workbook(rows)
    with installation():
        measure(rows, content)


def measure(rows: list[list[str]], content: bytes) -> None:
    from tests.factories import directory, scheme

    from allhours.accounts.actor import Actor
    from allhours.directory.actions import roster
    from allhours.kernel import clock

    scheme.publish()
    directory.make_county()
    file: dict[str, Any] = {
        "actor": Actor.system("bench"),
        "filename": "roster.xlsx",
        "content": content,
        "now": clock.now(),
        "create_units": True,
    }
    read, _ = best(lambda: bare_read(content))
    preview, worked = best(lambda: roster.preview_roster(**file))
    insert, _ = best(lambda: bare_insert(rows))
    assert worked.plan.counts["join"] == MEMBERS, worked.plan.counts
    apply, _ = best(lambda: apply_once(file, worked), times=1)
    again, _ = best(lambda: roster.preview_roster(**file))
    n = MEMBERS
    table(
        f"Roster of {MEMBERS:,} members in {UNITS} units",
        ["step", "ours", "plain reference", "ratio"],
        [
            ["preview / reading", rate(n, preview), rate(n, read), f"{read / preview:.3f}"],
            ["same file again / reading", rate(n, again), rate(n, read), f"{read / again:.3f}"],
            ["apply / bulk insert", rate(n, apply), rate(n, insert), f"{insert / apply:.3f}"],
        ],
    )


def apply_once(file: dict[str, Any], worked: Any) -> None:
    from allhours.directory.actions import roster

    import_ = roster.stage_roster(**file, worked=worked)
    roster.apply_roster(
        actor=file["actor"],
        import_=import_,
        now=file["now"],
        with_leaves=False,
        parsed=worked.parsed,
    )


if __name__ == "__main__":
    main()
