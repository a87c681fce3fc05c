"""Who acts: a person or a named part of the platform. Every write states its actor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change; `user_id` is None when the platform itself acts."""

    user_id: int | None
    label: str

    @classmethod
    def system(cls, label: str = "系统") -> "Actor":
        """A part of the platform, named as people see it (系统, 监测, 时限)."""
        return cls(user_id=None, label=label)

    @property
    def is_person(self) -> bool:
        return self.user_id is not None
