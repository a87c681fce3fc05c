import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from steward.data.sources.models import FrontEndRight, SchemaChange, SourceTable, TableProfile
from tests.factories.organizations import body
from tests.factories.sources import source_at
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return source_at("postgresql://u:p@127.0.0.1:1/db")


def table(source, name="public.person"):
    return SourceTable.objects.create(
        source=source, name=name, columns=[], first_seen_at=NOW, seen_at=NOW
    )


def test_a_table_is_known_once_for_a_source(source):
    table(source)

    with pytest.raises(IntegrityError):
        table(source)


def test_a_schema_change_is_never_changed(source):
    row = SchemaChange.objects.create(source=source, table="person", kind="table_gone", seen_at=NOW)

    with pytest.raises(ProgrammingError), transaction.atomic():
        SchemaChange.objects.filter(pk=row.pk).update(table="home")


def test_models_say_what_they_are(source):
    person = table(source)
    profile = TableProfile(table=person, rows=1, result={}, taken_at=NOW)
    change = SchemaChange(source=source, table="person", column="id", kind="column_gone")

    words = [str(source), str(person), str(profile), str(change)]

    assert words == [
        "区民政局前置库",
        "public.person",
        "public.person 2026-03-02",
        "列已消失 person id",
    ]


def test_a_right_in_force_is_registered_once(source):
    fields = {
        "source": source,
        "organization_id": body().id,
        "account": "a",
        "table": "t",
        "privileges": ["SELECT"],
        "state": "granted",
        "reason": "x",
        "granted_at": NOW,
        "granted_by": "x",
    }
    row = FrontEndRight.objects.create(**fields)

    with pytest.raises(IntegrityError), transaction.atomic():
        FrontEndRight.objects.create(**fields)
    assert str(row) == "a t"
