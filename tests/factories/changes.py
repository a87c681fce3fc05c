"""Changes for tests, made through the service."""

from datetime import timedelta

from steward.core.accounts.models import User
from steward.desk.changes import api as changes
from tests.factories.accounts import user_with
from tests.support import NOW

CONTRACT = "huaian-2025"


def approver(*codes: str) -> User:
    """Somebody who approves changes and permission changes everywhere."""
    return user_with("changes.change.approve", "changes.access.approve", *codes)


def draft(**fields: object) -> changes.ChangeDraft:
    """A complete request for a minor upgrade, its window tonight."""
    values = {
        "title": "人大金仓 V9 小版本升级",
        "category": "database",
        "content": "升级到 V9R2",
        "risk": "medium",
        "risk_analysis": "连接中断 5 分钟",
        "rollback_plan": "回装旧版本并恢复快照",
        "feasibility": "测试环境已验证",
        "resources": "数据库工程师 1 人",
        "window_start": NOW + timedelta(hours=12),
        "window_end": NOW + timedelta(hours=14),
        "contract": CONTRACT,
    }
    return changes.ChangeDraft(**(values | fields))
