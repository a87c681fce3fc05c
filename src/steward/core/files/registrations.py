"""What attachments add to the platform: audit sentences."""

from steward.core.audit import api as audit

audit.register("files.attached", "添加附件“{after[name]}”")
audit.register("files.detached", "移除附件“{before[name]}”：{reason}")
