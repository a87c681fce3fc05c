"""Search in catalogues (K10.1) and the catalogues most like a need (K10.2), at any size.

Chinese has no spaces between words, so each catalogue keeps the pairs of neighbouring characters of
its name, code, summary and items (`grams`, a GIN index); what has all pairs of a word is looked
at whole. Names of providers and systems are found through their own rows.
"""

from collections.abc import Callable, Iterable

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import RawSQL

from steward.core.organizations import api as organizations
from steward.data.catalog.models import Catalogue, DataItem, InformationSystem

_AT_ONCE = 500
_NAMED = 500
CANDIDATES = 300


def grams_of(text: str) -> list[str]:
    """The pairs of neighbouring characters of each word of a text, lower case."""
    return sorted({word[i : i + 2] for word in text.lower().split() for i in range(len(word) - 1)})


def index_words(row: Catalogue, items: Iterable[tuple[str, str]]) -> None:
    """Put into the row what it is found by; `items` are code and name of each. Not saved."""
    words = [row.name, row.code, row.summary, *(part for item in items for part in item)]
    row.words = "\n".join(dict.fromkeys(word for word in words if word)).lower()
    row.grams = grams_of(row.words)


def reindex(row: Catalogue) -> None:
    """The same from the rows, saved."""
    index_words(row, row.items.values_list("code", "name"))
    row.save(update_fields=["words", "grams"])


def reindex_all(progress: Callable[[int, int], None]) -> int:
    """Bring every catalogue's index in line with its rows; how many there are."""
    ids = list(Catalogue.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _AT_ONCE):
        rows = Catalogue.objects.filter(pk__in=ids[start : start + _AT_ONCE])
        rows = rows.prefetch_related("items")
        for row in rows:
            index_words(row, ((item.code, item.name) for item in row.items.all()))
        Catalogue.objects.bulk_update(rows, ["words", "grams"])
        progress(min(start + _AT_ONCE, len(ids)), len(ids))
    return len(ids)


def matching(rows: QuerySet[Catalogue], text: str) -> QuerySet[Catalogue]:
    """The catalogues in which every word is found: code, name, summary, item, provider, system."""
    for word in text.split():
        bodies = [body.id for body in organizations.search(word, limit=_NAMED)]
        systems = InformationSystem.objects.filter(name__icontains=word).values_list(
            "pk", flat=True
        )
        beside = Q(organization__in=bodies) | Q(system__in=list(systems[:_NAMED]))
        rows = rows.filter(_in_words(word) | beside)
    return rows


def _in_words(word: str) -> Q:
    found = Q(words__contains=word.lower())
    grams = grams_of(word)
    return Q(grams__contains=grams) & found if grams else found


def ranked(rows: QuerySet[Catalogue], text: str) -> QuerySet[Catalogue]:
    """Best first: the name itself, how it begins, the name, an item, anything else; in force first."""
    words = text.strip()
    item = DataItem.objects.filter(catalogue=OuterRef("pk"), name__icontains=words)
    rank = Case(
        When(Q(name__iexact=words) | Q(code__iexact=words), then=Value(0)),
        When(name__istartswith=words, then=Value(1)),
        When(name__icontains=words, then=Value(2)),
        When(Exists(item), then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    delisted = Case(When(state="delisted", then=Value(1)), default=Value(0))
    length = Func(F("name"), function="length", output_field=IntegerField())
    return rows.order_by(rank, delisted, length, "code")


def likely(rows: QuerySet[Catalogue], words: Iterable[str]) -> QuerySet[Catalogue]:
    """The rows that share most pairs of characters with some words, at most 300 of them."""
    grams = sorted({gram for word in words for gram in grams_of(word)})
    if not grams:
        return rows.none()
    shared = RawSQL(
        "(SELECT count(*) FROM unnest(catalog_catalogue.grams) AS g WHERE g = ANY(%s))", [grams]
    )
    found = rows.filter(grams__overlap=grams).annotate(shared=shared)
    return found.order_by("-shared", "code")[:CANDIDATES]
