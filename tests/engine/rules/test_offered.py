import pytest

from steward.engine.rules import OfferedPack, offer_pack, offered_pack, offered_packs


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """A registry of its own, so that nothing stays behind."""
    monkeypatch.setattr("steward.engine.rules.offered._PACKS", {})


def test_a_pack_is_offered_under_its_code_once():
    pack = OfferedPack(code="test-offered", name="测试", text=lambda: "rules: []")

    offer_pack(pack)

    assert offered_pack("test-offered") is pack
    assert offered_packs() == (pack,)
    with pytest.raises(ValueError, match="test-offered"):
        offer_pack(pack)


def test_an_unknown_code_offers_nothing():
    assert offered_pack("没有这个") is None
