"""References to any object across apps without a foreign key: kind, key and the words for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding, a ticket, an audit row or a piece of evidence is about.

    `kind` is the dotted code of the owning model (`cmdb.item`, `desk.ticket`), `key` its
    primary key as text, `label` the words shown when the object cannot be reached.
    """

    kind: str
    key: str
    label: str = ""

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.key}"
