"""Merkle trees of RFC 6962 and the chain of seals over them.

Leaves and nodes are hashed with different prefixes, so that a node can never pass for a leaf.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from steward.kernel.canonical import content_hash

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of an entry as a leaf (RFC 6962 §2.1)."""
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of two subtrees as a node (RFC 6962 §2.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


def merkle_root(entries: Sequence[bytes]) -> bytes:
    """The root over the entries in their order; of none, the hash of nothing."""
    if not entries:
        return hashlib.sha256().digest()
    return _root([leaf_hash(entry) for entry in entries])


def inclusion_proof(entries: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes from the leaf up to the root (RFC 6962 §2.1.1).

    IndexError when there is no entry of that index.
    """
    if not 0 <= index < len(entries):
        raise IndexError(f"no entry {index} among {len(entries)}")
    level = [leaf_hash(entry) for entry in entries]
    proof: list[bytes] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level = _raised(level)
        index //= 2
    return proof


def verify_inclusion(
    entry: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof shows the entry at `index` in a tree of `size` entries with that root."""
    if not 0 <= index < size:
        return False
    found, last, siblings = leaf_hash(entry), size - 1, iter(proof)
    while last:
        if index % 2 or index < last:
            sibling = next(siblings, None)
            if sibling is None:
                return False
            found = node_hash(sibling, found) if index % 2 else node_hash(found, sibling)
        index, last = index // 2, last // 2
    return next(siblings, None) is None and found == root


def seal_hash(previous: str, *, root: bytes, count: int, sealed_at: datetime) -> str:
    """The head of the chain after one more seal, in hexadecimal.

    `previous` is the head before ("" for the first seal), `root` and `count` the Merkle root and
    the number of the rows that this seal covers.
    """
    return content_hash(
        {
            "kind": "steward-seal-1",
            "previous": previous,
            "root": root.hex(),
            "count": count,
            "sealed_at": sealed_at,
        }
    )


def _root(level: list[bytes]) -> bytes:
    while len(level) > 1:
        level = _raised(level)
    return level[0]


def _raised(level: list[bytes]) -> list[bytes]:
    """The next level: neighbours are joined, one without a neighbour goes up as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    raised = [node_hash(left, right) for left, right in pairs]
    return [*raised, level[-1]] if len(level) % 2 else raised
