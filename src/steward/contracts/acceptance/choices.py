from django.db import models


class Stage(models.TextChoices):
    """Where an acceptance stands."""

    REQUESTED = "requested", "待甲方审核"
    RETURNED = "returned", "已退回补充"
    ACCEPTED = "accepted", "审核通过，待组织验收"
    PREPARING = "preparing", "验收准备中"
    PREPARED = "prepared", "准备完成，待评审"
    REVIEWING = "reviewing", "验收评审中"
    RECTIFYING = "rectifying", "整改中"
    PASSED = "passed", "验收合格"
    DEEMED = "deemed", "视为验收合格"
    REFUSED = "refused", "甲方拒绝验收"
    WITHDRAWN = "withdrawn", "乙方已撤回"


class ActKind(models.TextChoices):
    """What a side, or the platform, did."""

    REQUEST = "request", "提出验收申请"
    ACCEPT = "accept", "审核通过"
    RETURN = "return", "退回补充材料"
    PREPARE = "prepare", "启动验收准备"
    PREPARED = "prepared", "准备工作结束"
    ORGANISE = "organise", "组织验收"
    PASS = "pass", "验收通过"
    RECTIFY = "rectify", "要求整改"
    RECTIFIED = "rectified", "整改完成，再次提请"
    REFUSE = "refuse", "拒绝验收"
    WITHDRAW = "withdraw", "撤回申请"
    DEEM = "deem", "逾期视为合格"


class Side(models.TextChoices):
    CLIENT = "client", "甲方"
    SUPPLIER = "supplier", "乙方"
    PLATFORM = "platform", "平台"


SIDE_OF = {
    ActKind.REQUEST: Side.SUPPLIER,
    ActKind.RECTIFIED: Side.SUPPLIER,
    ActKind.WITHDRAW: Side.SUPPLIER,
    ActKind.ACCEPT: Side.CLIENT,
    ActKind.RETURN: Side.CLIENT,
    ActKind.PREPARE: Side.CLIENT,
    ActKind.PREPARED: Side.CLIENT,
    ActKind.ORGANISE: Side.CLIENT,
    ActKind.PASS: Side.CLIENT,
    ActKind.RECTIFY: Side.CLIENT,
    ActKind.REFUSE: Side.CLIENT,
    ActKind.DEEM: Side.PLATFORM,
}
ENDED = (Stage.PASSED, Stage.DEEMED, Stage.WITHDRAWN)
