"""Invented people and places. Nobody here exists: region code 999999 is given to no place, and the
telephone numbers lie in a block kept for this purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
MALE = "伟强磊军勇杰涛明超刚平辉健峰波鹏飞斌宇浩凯志国建华文东海林松柏源宁远博达成立新民安康庆春晨旭阳"
FEMALE = "芳娜敏静丽艳娟霞秀英玲桂兰红梅慧琴燕萍洁颖琳雪倩婷雯欣怡佳莹月云凤珍蓉岚薇晶瑶悦宁清荷素"
# People do bear these; a printed form must show them.
RARE = "喆堃玥翀昇骉淼犇垚赟"
TOWNS = ("城东", "城西", "城南", "城北", "河湾", "柳林", "青山", "白桥", "新屯", "古渡", "长岭", "沙坪")
COMMUNITIES = (
    "兴隆 宝塔 滨河 站前 古城 北苑 文昌 永安 和平 育才 黄龙 柳岸 新园 西关 东湖 南门 石桥 梧桐 松江 百合 光明 "
    "建设 团结 朝阳 迎宾 福源 泰和 锦绣 翠湖 望江".split()
)
ESTATES = (
    "锦绣家园 阳光花园 幸福里 翠湖苑 文华小区 丽景园 康居小区 御龙湾 书香苑 滨江花园 和顺里 安居小区 金桂园 "
    "银杏苑 盛世嘉园 东方名邸 学府佳苑 怡景园 春晖里 明珠小区".split()
)
STREETS = "人民路 解放街 建设路 文化街 滨河路 站前街 育才路 宝塔街 兴隆路 长安街 和平路 青年街".split()
BUREAUS = (
    "教育局 卫生健康局 财政局 水利局 住房和城乡建设局 农业农村局 公安局 司法局 民政局 人力资源和社会保障局 "
    "自然资源局 交通运输局 发展和改革局 工业和信息化局 商务局 文化和旅游局 应急管理局 审计局 市场监督管理局 统计局 "
    "医疗保障局 退役军人事务局 林业和草原局 城市管理局 生态环境分局 信访局 乡村振兴服务中心 政务服务局 科学技术局 "
    "畜牧业管理局 档案馆 党史研究室 融媒体中心 文联 科协 妇联 团委 总工会 工商联 残联 红十字会 供销社 气象局 地震局 "
    "税务局 烟草公司 供电公司 邮政公司 移动公司 联通公司 电信公司 自来水公司 人民医院 中医院 妇幼保健院 疾病预防控制中心 "
    "第一中学 第二中学 实验小学 职业教育中心 图书馆 文化馆 博物馆 体育中心 公路管理段 房产服务中心 园林管理处 环境卫生管理处 "
    "粮食和物资储备局 机关事务服务中心 招商服务中心 大数据中心 法院 检察院 党校 编办 老干部局 史志办 残疾人就业服务中心 "
    "农业技术推广站 种子管理站 水文站 林场 博爱医院 第三中学 第四中学 特殊教育学校 幼儿园 救助管理站 社会福利院 殡葬管理所 "
    "婚姻登记处 公证处 法律援助中心 消防救援大队 武装部 交通警察大队 看守所 车辆管理所 城乡规划中心 水库管理处 灌区管理局"
).split()
POSITIONS = "科员 副科长 科长 主任科员 股长 副股长 干部 办事员 工程师 主任 副主任 教师 医师 护士长 会计 书记员".split()
REGION = "999999"  # assigned to no place in China
PHONE_BLOCK = "1990000"


def person(rng: Random, *, rare: bool = False) -> tuple[str, str]:
    """(name, sex code of GB/T 2261.1)."""
    male = rng.random() < 0.56
    pool = MALE if male else FEMALE
    given = rng.choice(pool) + (rng.choice(pool) if rng.random() < 0.72 else "")
    if rare:
        given = rng.choice(RARE)
    return rng.choice(SURNAMES) + given, "1" if male else "2"


def birth_date(rng: Random, today: date, youngest: int = 24, oldest: int = 59) -> date:
    return today - timedelta(days=rng.randint(youngest * 365, oldest * 365))


def id_number(born: date, sex: str, serial: int) -> str:
    """A number whose check digit holds and whose region exists nowhere (GB 11643)."""
    order = serial % 500 * 2 + (1 if sex == "1" else 0)
    body = f"{REGION}{born:%Y%m%d}{order % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def phones() -> Iterator[str]:
    """Invented telephone numbers, each once."""
    number = 0
    while True:
        yield f"{PHONE_BLOCK}{number % 10000:04d}" if number < 10000 else f"19901{number:06d}"
        number += 1
