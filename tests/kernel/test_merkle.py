from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.merkle import (
    inclusion_proof,
    leaf_hash,
    merkle_root,
    node_hash,
    seal_hash,
    verify_inclusion,
)

# The reference vectors of Certificate Transparency (RFC 6962).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Proofs of RFC 6962 implementations: (index, size, siblings).
PROOFS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        3,
        ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    ),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
LOGS = st.lists(st.binary(max_size=8), min_size=1, max_size=40)
SEAL = {
    "previous": "",
    "root": bytes.fromhex(ROOTS[8]),
    "count": 8,
    "sealed_at": datetime(2026, 3, 3, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_reference(size):
    assert merkle_root(ENTRIES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "siblings"), PROOFS)
def test_proofs_of_the_reference(index, size, siblings):
    proof = inclusion_proof(ENTRIES[:size], index)

    assert [sibling.hex() for sibling in proof] == siblings


@given(LOGS, st.data())
def test_every_entry_proves_its_place(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))

    proof = inclusion_proof(entries, index)

    root = merkle_root(entries)
    assert verify_inclusion(entries[index], index=index, size=len(entries), proof=proof, root=root)


@given(LOGS, st.data())
def test_another_entry_does_not_pass(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    proof = inclusion_proof(entries, index)

    other = entries[index] + b"!"

    root = merkle_root(entries)
    assert not verify_inclusion(other, index=index, size=len(entries), proof=proof, root=root)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_another_place_does_not_pass(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    wrong = data.draw(st.integers(-1, len(entries)).filter(lambda n: n != index))

    proof = inclusion_proof(entries, index)

    root = merkle_root(entries)
    assert not verify_inclusion(
        entries[index], index=wrong, size=len(entries), proof=proof, root=root
    )


@given(LOGS, st.data())
def test_a_proof_with_one_hash_more_or_less_does_not_pass(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    proof = inclusion_proof([*entries, b"more"], index)
    size, root = len(entries) + 1, merkle_root([*entries, b"more"])

    answers = [
        verify_inclusion(entries[index], index=index, size=size, proof=wrong, root=root)
        for wrong in ([*proof, root], proof[:-1])
    ]

    assert answers == [False, False]


def test_a_node_does_not_pass_for_a_leaf():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert merkle_root([left + right]) != node_hash(left, right)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_an_entry_that_is_not_there(index):
    with pytest.raises(IndexError, match="among 3"):
        inclusion_proof(ENTRIES[:3], index)


def test_the_seal_is_the_same_wherever_it_is_computed():
    elsewhere = SEAL | {"sealed_at": SEAL["sealed_at"].astimezone(timezone(timedelta(hours=8)))}

    assert seal_hash(**elsewhere) == seal_hash(**SEAL)


def test_the_seal_of_this_version_is_fixed():
    expected = "329538b4f3c94e1c802b2009f9e24acdc2acc7b3bef1e745479a8bdd8302f127"

    assert seal_hash(**SEAL) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"previous": "0" * 64},
        {"root": bytes.fromhex(ROOTS[7])},
        {"count": 7},
        {"sealed_at": datetime(2026, 3, 3, 1, 0, 0, 1, tzinfo=UTC)},
    ],
)
def test_every_part_of_a_seal_counts(change):
    assert seal_hash(**(SEAL | change)) != seal_hash(**SEAL)
