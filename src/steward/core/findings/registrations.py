"""What findings add to the platform: audit sentences."""

from steward.core.audit import api as audit

audit.register("findings.accepted", "接受问题“{subject}”：{reason}")
audit.register("findings.recheck_requested", "要求复查问题“{subject}”")
