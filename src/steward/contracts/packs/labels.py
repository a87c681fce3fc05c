"""The words of a pack's keys and codes, for pages that show places of the file to people."""

from typing import Any

_LABELS = {
    "format": "格式", "code": "编码", "title": "名称", "version": "版本", "effective": "生效日期",
    "amends": "修改第几版", "reason": "变更原因", "parties": "合同双方", "name": "名称",
    "organization": "机构编码", "role": "身份", "period": "合同期", "start": "开始", "end": "结束",
    "amount": "合同金额", "payment": "付款", "stages": "付款节点", "share": "比例", "due": "付款时点",
    "due_date": "付款日期", "formula": "付款公式", "full_at": "全额线", "divisor": "除数",
    "assessed_share": "随得分变化的部分", "rounding": "舍入", "penalties": "违约金",
    "payer": "支付方", "rate": "比例", "base": "基数", "per": "计次单位", "cap": "上限",
    "rights_to_end": "终止权", "holder": "权利方", "after": "满多少日", "after_unit": "日的单位",
    "notice_days": "提前通知天数", "calendars": "日历", "calendar": "日历",
    "service_hours": "服务时间", "ticket_kinds": "工单类型", "severities": "级别",
    "meaning": "含义", "pause_reasons": "暂停原因", "reopen_limit": "重开次数上限", "sla": "时限",
    "basis": "出处", "scores": "计入考核", "clock": "时限种类", "target": "目标", "unit": "单位",
    "stop": "停止事件", "warnings": "预警", "percent": "百分比", "lead_minutes": "提前分钟",
    "obligations": "义务", "area": "领域", "rhythm": "周期", "kind": "种类", "count": "次数",
    "holidays": "节日", "days_ahead": "提前天数", "deliverable": "成果", "evidence": "证据等级",
    "assessment": "考核表", "maximum": "满分", "besides_penalties": "可与扣分并用的违约金",
    "groups": "分组", "points": "分值", "indicators": "指标", "sources": "取数", "metric": "取数指标",
    "params": "取数参数", "planned": "尚未提供", "needs_records": "须有记录", "accrues": "累计方式",
    "rule": "计分方式", "deduct": "每次扣分", "step": "每档", "steps": "档的计法", "floor": "最低分",
    "grouping": "计次方式", "allowance": "允许次数", "exclusions": "免责", "bands": "分档",
    "from": "从", "to": "到", "at_least": "至少", "at_most": "至多", "below": "低于",
    "grace_days": "宽限天数", "allowed": "允许量", "suggest_deduct": "建议每次扣分",
    "suggest": "建议分的算法", "required": "应完成次数", "add": "每次加分",
    "minimum_grade": "最低证据等级", "no_data": "无数据时", "exclusive_group": "只扣一次的分组",
    "double_punishment": "重复扣分", "remedy": "补救办法", "clause": "条款", "ref": "条款号",
    "quote": "原文", "note": "说明", "vetoes": "否决项", "source": "取数", "effect": "后果",
    "contradictions": "条文不一致或不明确之处", "topic": "事项", "texts": "原文", "decision": "处理",
    "clock_kinds": "时限种类", "kinds": "种类", "topics": "主题", "themes": "专题",
    "core_only": "只计关键系统", "aggregation": "汇总方式", "unknown": "未知时段",
    "staffing": "人员", "acceptance": "验收", "surveys": "满意度调查", "confidentiality": "保密",
    "needs": "付款前提", "due_days": "付款期限（天）", "cure_days": "改正期限（天）", "begun": "不足一期",
    "excuses": "免责事由", "on": "事由", "window": "办理窗口", "owner": "责任方",
    "after_months": "满几个月", "ends_contract_after_days": "满多少日可终止",
    "ends_contract_on": "终止条件", "ends_contract_calendar": "终止日历",
}  # fmt: skip

_VALUES = {
    "client": "甲方", "supplier": "乙方", "either": "任何一方", "signing": "签订后",
    "acceptance": "验收后", "date": "固定日期", "term_end": "期满后", "rest": "其余",
    "fixed": "不随得分变化", "threshold": "按得分", "half_up": "四舍五入", "due": "应付部分",
    "paid": "已付部分", "late": "逾期部分", "amount": "合同金额", "failure": "次", "once": "一次",
    "day": "天", "week": "周", "fortnight": "15 天", "elapsed_minutes": "分钟",
    "working_minutes": "工作分钟", "working_days": "工作日", "days": "天", "ratio": "比率",
    "seconds": "秒", "daily": "每天", "weekly": "每周", "monthly": "每月", "quarterly": "每季",
    "half_yearly": "每半年", "yearly": "每年", "per_period": "按期计次", "during": "期间",
    "before_holidays": "节前", "ahead": "提前", "refuse_unpaid": "拒付剩余款项",
}  # fmt: skip


def label_of(key: str) -> str:
    """The words of a key, or the key itself."""
    return _LABELS.get(key, key)


def value_words(value: Any) -> str:
    """A value in words: codes of the pack's own vocabulary translated, lists joined."""
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value_words(item) for item in value) or "（空）"
    return _VALUES.get(str(value), str(value))
