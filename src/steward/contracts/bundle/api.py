"""Facade of acceptance bundles: build one."""

from steward.contracts.bundle.models import BUNDLE_KIND
from steward.contracts.bundle.services import BrokenBundleError, Built, build_bundle

__all__ = ["BUNDLE_KIND", "BrokenBundleError", "Built", "build_bundle"]
