"""Facade of the CMDB: configuration items and their relations."""

from steward.assets.cmdb.models import ItemKind
from steward.assets.cmdb.queries import SUBJECT_KIND, ItemInfo, find, get, get_many, of_contract

__all__ = ["SUBJECT_KIND", "ItemInfo", "ItemKind", "find", "get", "get_many", "of_contract"]
