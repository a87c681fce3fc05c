"""The single-file verifier: its own copies of the formulas agree with the platform's."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.core.evidence import verifier
from steward.kernel import canonical, merkle

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_the_canonical_form_is_that_of_the_kernel(value):
    assert verifier.canonical(value) == canonical.canonical_json(value)


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_the_root_is_that_of_the_kernel(entries):
    assert verifier.merkle_root(entries) == merkle.merkle_root(entries)


@given(st.text("0123456789abcdef", max_size=64), st.integers(0, 10**6))
def test_the_seal_is_that_of_the_kernel(previous, count):
    moment = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    root = b"\x07" * 32

    found = verifier.seal_hash(
        previous, root.hex(), count=count, sealed_at=canonical.instant_text(moment)
    )

    assert found == merkle.seal_hash(previous, root=root, count=count, sealed_at=moment)


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 511))
def test_a_signature_holds_and_any_changed_bit_breaks_it(message, bit):
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    signature = key.sign(message)
    forged = bytearray(signature)
    forged[bit // 8] ^= 1 << bit % 8

    assert verifier.ed25519_verify(public, message, signature)
    assert not verifier.ed25519_verify(public, message, bytes(forged))
    assert not verifier.ed25519_verify(public, message + b"!", signature)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ],
)
def test_the_vectors_of_rfc_8032_hold(public, message, signature):
    given_bytes = (bytes.fromhex(text) for text in (public, message, signature))

    assert verifier.ed25519_verify(*given_bytes)


def test_it_runs_alone_without_the_platform(tmp_path):
    program = tmp_path / "verify.py"
    program.write_bytes(verifier.Path(verifier.__file__).read_bytes())

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(tmp_path / "none.zip")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )

    assert done.returncode == 1
    assert "没有这个文件" in done.stdout
