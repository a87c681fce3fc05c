"""Drawing a sample that anybody can draw again: the smallest SHA-256 of seed and number."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

METHOD = "对“种子|序号”取 SHA-256，按值从小到大取前 n 名；分层抽样时各单位名额按人数比例分配（最大余数法，人数允许时每单位至少 1 名），单位内同法抽取。"


def rank(seed: str, number: int) -> str:
    """The value by which a member of the population is drawn: lower comes first."""
    return sha256(f"{seed}|{number}".encode()).hexdigest()


def draw_simple(numbers: Sequence[int], *, size: int, seed: str) -> list[int]:
    """`size` of the numbers (all when there are fewer), in ascending order."""
    return sorted(sorted(numbers, key=lambda n: rank(seed, n))[:size])


def draw_stratified(strata: Mapping[str, Sequence[int]], *, size: int, seed: str) -> list[int]:
    """`size` numbers over the strata by `allot`, in ascending order."""
    quotas = allot({name: len(members) for name, members in strata.items()}, size=size)
    drawn: list[int] = []
    for name, members in strata.items():
        drawn += draw_simple(members, size=quotas[name], seed=seed)
    return sorted(drawn)


def allot(sizes: Mapping[str, int], *, size: int) -> dict[str, int]:
    """How many of each stratum: one each where there is room, the rest by size (largest remainder).

    The quotas add up to min(size, population) and never exceed a stratum.
    """
    present = {name: count for name, count in sorted(sizes.items()) if count}
    quotas = dict.fromkeys(sizes, 0)
    total = sum(present.values())
    left = min(size, total)
    if left >= len(present):
        quotas |= dict.fromkeys(present, 1)
        left -= len(present)
    free = {name: count - quotas[name] for name, count in present.items()}
    room = sum(free.values())
    if not left or not room:
        return quotas
    parts = {name: divmod(left * count, room) for name, count in free.items()}
    for name, (whole, _) in parts.items():
        quotas[name] += whole
    left -= sum(whole for whole, _ in parts.values())
    for name in sorted(parts, key=lambda n: (-parts[n][1], n))[:left]:
        quotas[name] += 1
    return quotas
