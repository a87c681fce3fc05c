"""Money and ratios: Decimal, rounded by one function, once, at the end; never a float."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from steward.kernel.errors import InvalidError
from steward.kernel.text import to_half_width

_CONTEXT = Context(prec=60)
_MONEY_PLACES = 2
_WORDS_LIMIT = 10**16
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = {"": 1, "元": 1, "万元": 10_000, "亿元": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<sign>[-−]?)¥?(?P<sign_after>[-−]?)"
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>(?:[万亿]?元)?)整?",
    re.ASCII,
)


class InvalidAmountError(InvalidError):
    """A text or number that is not an amount of money."""

    code = "kernel.invalid_amount"


def round_money(amount: Decimal | int) -> Decimal:
    """The amount to the 分 (two places), half away from zero. TypeError for floats."""
    return round_ratio(amount, _MONEY_PLACES)


def round_ratio(value: Decimal | int, places: int) -> Decimal:
    """The value to `places` decimals, half away from zero. TypeError for floats."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"money and ratios are Decimal or int, not {type(value).__name__}")
    exact = Decimal(value)
    if not exact.is_finite():
        raise InvalidAmountError(f"“{value}”不是一个数")
    try:
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _CONTEXT)
    except InvalidOperation:
        raise InvalidAmountError(f"“{value}”太大，无法保留 {places} 位小数") from None
    return abs(rounded) if rounded.is_zero() else rounded


def format_yuan(amount: Decimal | int) -> str:
    """`¥1,342,000.00`, and `−¥7,455.56` for a negative amount."""
    rounded = round_money(amount)
    return f"{'−' if rounded < 0 else ''}¥{abs(rounded):,.2f}"


def parse_money(text: str) -> Decimal:
    """Read an amount as people write it: `¥1,342,000.00`, `134.2万元`, full width too.

    InvalidAmountError names what is wrong; an amount finer than the 分 is refused, not rounded.
    """
    if not isinstance(text, str):
        raise TypeError(f"an amount is read from text, not from {type(text).__name__}")
    plain = "".join(to_half_width(text).split()).replace("￥", "¥")
    found = _AMOUNT.fullmatch(plain)
    if found is None or (found["sign"] and found["sign_after"]):
        raise InvalidAmountError(
            f"“{text}”不是金额，应写成 1342000、¥1,342,000.00 或 134.2万元", text=text
        )
    amount = Decimal(found["number"].replace(",", "")) * _UNITS[found["unit"]]
    rounded = round_money(amount)
    if rounded != amount:
        raise InvalidAmountError(f"“{text}”精确到了分以下，金额只能到分", text=text)
    return -rounded if (found["sign"] or found["sign_after"]) and rounded else rounded


def yuan_in_words(amount: Decimal | int) -> str:
    """The amount in capital numerals as cheques and contracts write it (大写金额).

    Rules of 正确填写票据和结算凭证的基本规定: one 零 for a run of zeros inside, 整 after 元 when there
    is neither 角 nor 分, 零 before 分 when 角 is zero. InvalidAmountError from 10^16 yuan on.
    """
    rounded = round_money(amount)
    cents = int(abs(rounded).scaleb(_MONEY_PLACES))
    yuan, rest = divmod(cents, 100)
    if yuan >= _WORDS_LIMIT:
        raise InvalidAmountError(f"{format_yuan(rounded)} 超出大写金额的范围（不足一亿亿元）")
    tenths, hundredths = divmod(rest, 10)
    words = f"{_integer_in_words(yuan)}元" if yuan or not rest else ""
    if not rest:
        words += "整"
    if tenths:
        words += f"{_DIGITS[tenths]}角"
    elif hundredths and yuan:
        words += "零"
    if hundredths:
        words += f"{_DIGITS[hundredths]}分"
    return f"负{words}" if rounded < 0 else words


_SCALES = ((10**8, "亿"), (10**4, "万"), (10**3, "仟"), (10**2, "佰"), (10, "拾"))


def _integer_in_words(number: int) -> str:
    for scale, name in _SCALES:
        if number >= scale:
            high, low = divmod(number, scale)
            gap = "零" if 0 < low < scale // 10 else ""
            return _integer_in_words(high) + name + gap + (_integer_in_words(low) if low else "")
    return _DIGITS[number]
