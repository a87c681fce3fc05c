from steward.engine.lake.duck import ident
from steward.engine.rules.plan import BITS, MASK


def bit_test(bit: int) -> str:
    """SQL that is true for a row of a failures file that breaks the rule of this bit."""
    return f"({ident(f'{MASK}{bit // BITS}')} & {2 ** (bit % BITS)}::BIGINT) <> 0"
