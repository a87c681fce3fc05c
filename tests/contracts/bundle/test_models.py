import pytest
from django.db import ProgrammingError

from steward.contracts.bundle.models import AcceptanceBundle
from tests.support import NOW

pytestmark = pytest.mark.django_db


def test_a_bundle_on_record_is_never_changed():
    row = AcceptanceBundle.objects.create(
        contract="huaian-2025",
        name="验收材料包-1.zip",
        sha256="0" * 64,
        size=1,
        public_key="1" * 64,
        counts={},
        built_at=NOW,
        built_by="系统",
    )

    with pytest.raises(ProgrammingError):
        AcceptanceBundle.objects.filter(pk=row.pk).update(size=2)
