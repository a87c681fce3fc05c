"""People and homes that do not exist, and a second register of them with planted faults."""

import random
from dataclasses import dataclass, field

import pyarrow as pa

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌宇浩然子轩雨泽梓涵欣怡"
ROADS = [
    "荷花路",
    "人民路",
    "解放路",
    "新桥街",
    "府前街",
    "学院路",
    "江滨路",
    "东门街",
    "花园路",
    "劳动路",
]
HOMES = ["荷花小区", "紫荆花园", "翠湖苑", "和平里", "白云家园", "金桂公寓", "新湖景城", "阳光水岸"]
PLACE = "浙江省衢州市柯城区"
COLUMNS = ("编号", "姓名", "身份证号", "出生日期", "手机号", "住址")


@dataclass
class Population:
    """Two registers and the truth: left number → right number."""

    left: list[dict] = field(default_factory=list)
    right: list[dict] = field(default_factory=list)
    truth: dict[int, int] = field(default_factory=dict)

    def tables(self) -> tuple[pa.Table, pa.Table]:
        schema = pa.schema([("编号", pa.int64()), *((n, pa.string()) for n in COLUMNS[1:])])
        return (
            pa.Table.from_pylist(self.left, schema=schema),
            pa.Table.from_pylist(self.right, schema=schema),
        )


def person(dice: random.Random, number: int) -> dict:
    year, month, day = dice.randint(1940, 2015), dice.randint(1, 12), dice.randint(1, 28)
    body = f"330802{year}{month:02}{day:02}{dice.randint(0, 999):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return {
        "编号": number,
        "姓名": dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
        "身份证号": body + "10X98765432"[total % 11],
        "出生日期": f"{year}-{month:02}-{day:02}",
        "手机号": f"1{dice.choice('35789')}{dice.randint(0, 999_999_999):09}",
        "住址": home(dice),
    }


def home(dice: random.Random) -> str:
    house = f"{dice.choice(ROADS)}{dice.randint(1, 300)}号{dice.choice(HOMES)}"
    return f"{PLACE}{house}{dice.randint(1, 30)}幢{dice.randint(1, 4)}单元{dice.randint(1, 18)}0{dice.randint(1, 4)}室"


def _digit(dice: random.Random, text: str) -> str:
    place = dice.randrange(6, len(text) - 1)
    return text[:place] + str((int(text[place]) + dice.randint(1, 9)) % 10) + text[place + 1 :]


def _swapped(dice: random.Random, text: str) -> str:
    place = dice.randrange(6, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def rewritten(dice: random.Random, address: str) -> str:
    """The same home as another office writes it."""
    ways = (
        lambda text: text.removeprefix("浙江省"),
        lambda text: text.removeprefix(PLACE),
        lambda text: text.replace("幢", "栋").replace("室", ""),
        lambda text: text.replace("幢", "-").replace("单元", "-").replace("室", ""),
        lambda text: text.replace("1单元", "一单元").replace("2单元", "二单元"),
        lambda text: "".join(
            chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in text
        ),
    )
    return dice.choice(ways)(address)


def _id_fault(dice: random.Random, value: str) -> str | None:
    return dice.choice((_digit, _digit, _swapped, lambda _dice, _text: None))(dice, value)


def _name_fault(dice: random.Random, value: str) -> str:
    return value[0] + dice.choice(GIVEN) + value[2:]


def _name_space(_dice: random.Random, value: str) -> str:
    return f"{value[0]}　{value[1:]}"


def _other_phone(dice: random.Random, _value: str) -> str:
    return f"13{dice.randint(0, 999_999_999):09}"


def _other_day(dice: random.Random, value: str) -> str:
    return f"{value[:5]}0{dice.randint(1, 9)}{value[7:]}"


def _other_writing(_dice: random.Random, value: str) -> str:
    return value.replace("-", "/")


def _other_home(dice: random.Random, _value: str) -> str:
    return home(dice)


FAULTS = (
    (0.2, "身份证号", _id_fault),
    (0.06, "姓名", _name_fault),
    (0.1, "姓名", _name_space),
    (0.3, "手机号", _other_phone),
    (0.05, "出生日期", _other_day),
    (0.3, "出生日期", _other_writing),
    (0.2, "住址", _other_home),
    (0.5, "住址", rewritten),
)


def faulty(dice: random.Random, row: dict) -> dict:
    """The same person with the faults that registers have."""
    out = dict(row)
    for share, column, fault in FAULTS:
        if dice.random() < share:
            out[column] = fault(dice, out[column])
    return out


def population(size: int, *, seed: int) -> Population:
    """`size` people; four fifths are in both registers, a tenth in each alone."""
    dice = random.Random(seed)  # noqa: S311
    made = Population()
    everyone = [person(dice, number) for number in range(size)]
    for number, row in enumerate(everyone):
        if number % 10 != 0:
            made.left.append(row)
        if number % 10 != 1:
            made.right.append(faulty(dice, row) | {"编号": number + 1_000_000})
        if number % 10 not in {0, 1}:
            made.truth[number] = number + 1_000_000
    dice.shuffle(made.right)
    return made
