import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from steward.data.catalog.choices import (
    Asked,
    Cycle,
    Decision,
    DemandState,
    Format,
    Gap,
    GapState,
    ItemType,
    Openness,
    ResourceClass,
    Scope,
    Sensitivity,
    Sharing,
    SharingMethod,
    StandardState,
    State,
    SystemState,
)
from steward.kernel.subjects import Subject

SYSTEM_KIND = "catalog.system"
CATALOGUE_KIND = "catalog.catalogue"
DEMAND_KIND = "catalog.demand"
STANDARD_KIND = "catalog.standard"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class InformationSystem(models.Model):
    """A system that a department built or uses; what it holds is catalogued (K10.1)."""

    code = models.SlugField("编码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="数源单位", related_name="+"
    )
    contract = models.CharField("合同", max_length=40, blank=True)
    source = models.ForeignKey(
        "sources.Source", models.PROTECT, null=True, verbose_name="数据源", related_name="+"
    )
    state = models.CharField("状态", max_length=10, choices=SystemState.choices)
    summary = models.TextField("说明", blank=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "信息系统"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(SYSTEM_KIND, str(self.pk), self.name)


class Catalogue(models.Model):
    """One data resource with the guide's elements: the working copy.

    What is in force is its newest `CatalogueVersion`. An element may be empty while it is written;
    the rule set says what is missing.
    """

    system = models.ForeignKey(
        InformationSystem, models.PROTECT, verbose_name="信息系统", related_name="catalogues"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="提供方", related_name="+"
    )
    credit_code = models.CharField("提供方代码", max_length=18, blank=True)
    resource_class = models.CharField("分类", max_length=1, choices=ResourceClass.choices)
    number = models.PositiveIntegerField("顺序号")
    code = models.CharField("目录代码", max_length=60, unique=True)
    name = models.CharField("目录名称", max_length=200)
    summary = models.TextField("摘要", blank=True)
    format = models.CharField("格式", max_length=12, choices=Format.choices)
    sharing = models.CharField("共享类型", max_length=14, choices=Sharing.choices, blank=True)
    sharing_condition = models.TextField("共享条件", blank=True)
    sharing_method = models.CharField(
        "共享方式", max_length=10, choices=SharingMethod.choices, blank=True
    )
    openness = models.CharField("开放类型", max_length=14, choices=Openness.choices, blank=True)
    openness_condition = models.TextField("开放条件", blank=True)
    cycle = models.CharField("更新周期", max_length=12, choices=Cycle.choices, blank=True)
    published_on = models.DateField("发布日期", null=True)
    source = models.ForeignKey(
        "sources.Source", models.PROTECT, null=True, verbose_name="数据源", related_name="+"
    )
    source_table = models.CharField("源表", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    version = models.PositiveIntegerField("版本", default=0)
    asked = models.CharField("在审事项", max_length=8, choices=Asked.choices, blank=True)
    asked_reason = models.TextField("申请理由", blank=True)
    approval_id = models.BigIntegerField("审批编号", null=True)
    collected_into = models.CharField("归集到", max_length=130, blank=True)
    collected_at = models.DateTimeField("最近归集", null=True)
    delisted_at = models.DateTimeField("下架时间", null=True)
    delisted_reason = models.TextField("下架理由", blank=True)
    created_by = models.CharField("编制人", max_length=100)
    created_at = models.DateTimeField("编制时间")
    changed_at = models.DateTimeField("最近修改")
    words = models.TextField("检索文字", default="")
    grams = ArrayField(models.CharField(max_length=2), verbose_name="检索词", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "数据目录"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource_class", "organization", "number"], name="catalogue_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "organization"], name="catalogue_state"),
            models.Index(fields=["source", "source_table"], name="catalogue_table"),
            GinIndex(fields=["grams"], name="catalogue_grams"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(CATALOGUE_KIND, str(self.pk), self.name)

    @property
    def is_listed(self) -> bool:
        """Whether a version of it is in force."""
        return self.version > 0 and self.state != State.DELISTED


class DataItem(models.Model):
    """One item (column) of a catalogue; `source_type` is the source's word when it was listed."""

    catalogue = models.ForeignKey(
        Catalogue, models.CASCADE, verbose_name="数据目录", related_name="items"
    )
    position = models.PositiveIntegerField("序号")
    code = models.CharField("项代码", max_length=200)
    name = models.CharField("项名称", max_length=200, blank=True)
    type = models.CharField("数据类型", max_length=1, choices=ItemType.choices, blank=True)
    length = models.PositiveIntegerField("长度", null=True)
    sensitivity = models.CharField(
        "敏感级别", max_length=2, choices=Sensitivity.choices, blank=True
    )
    is_key = models.BooleanField("主键", default=False)
    nullable = models.BooleanField("可为空", default=True)
    sharing = models.CharField("共享类型", max_length=14, choices=Sharing.choices, blank=True)
    source_type = models.CharField("源类型", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "数据项"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="data_item_code_once")
        ]

    def __str__(self) -> str:
        return self.name or self.code


class CatalogueVersion(models.Model):
    """What was published: never changed. `content` holds every element and item by its label."""

    catalogue = models.ForeignKey(
        Catalogue, models.PROTECT, verbose_name="数据目录", related_name="versions"
    )
    number = models.PositiveIntegerField("版本")
    content = models.JSONField("内容")
    reason = models.TextField("变更说明")
    approval_id = models.BigIntegerField("审批编号", null=True)
    published_at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = verbose_name_plural = "目录版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "number"], name="catalogue_version_once")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.catalogue} 第 {self.number} 版"


class CatalogueProblem(models.Model):
    """A rule that a catalogue or one of its items breaks now, with the way to put it right."""

    catalogue = models.ForeignKey(
        Catalogue, models.CASCADE, verbose_name="数据目录", related_name="problems"
    )
    item_code = models.CharField("项代码", max_length=200, blank=True)
    rule = models.CharField("规则", max_length=60)
    severity = models.CharField("程度", max_length=10)
    message = models.TextField("问题")
    remedy = models.TextField("整改指引")
    standard = models.CharField("标准版本", max_length=20)
    found_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = verbose_name_plural = "目录问题"
        ordering = ["catalogue", "item_code", "rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "item_code", "rule"], name="catalogue_problem_once"
            )
        ]

    def __str__(self) -> str:
        return self.message


class SurveyGap(models.Model):
    """One difference between the live schema of a source and what is catalogued of it."""

    source = models.ForeignKey(
        "sources.Source", models.PROTECT, verbose_name="数据源", related_name="+"
    )
    catalogue = models.ForeignKey(
        Catalogue, models.CASCADE, null=True, verbose_name="数据目录", related_name="gaps"
    )
    table = models.CharField("源表", max_length=200)
    column = models.CharField("列名", max_length=200, blank=True)
    kind = models.CharField("差异", max_length=16, choices=Gap.choices)
    before = models.CharField("编目", max_length=300, blank=True)
    after = models.CharField("现状", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=GapState.choices)
    reason = models.TextField("理由", blank=True)
    seen_at = models.DateTimeField("发现时间")
    closed_at = models.DateTimeField("处理时间", null=True)
    closed_by = models.CharField("处理人", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "普查差异"
        ordering = ["source", "table", "column"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "table", "column", "kind"],
                condition=~models.Q(state="closed"),
                name="survey_gap_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.table} {self.column}".strip()


class ServiceItem(models.Model):
    """A government service item as the province issued it (K10.4)."""

    code = models.CharField("事项编码", max_length=120, unique=True)
    name = models.CharField("事项名称", max_length=300)
    department = models.CharField("部门", max_length=120)
    area_code = models.CharField("区划代码", max_length=12, blank=True)
    catalogues = models.ManyToManyField(
        Catalogue, through="ServiceItemLink", verbose_name="数据目录", related_name="service_items"
    )
    is_current = models.BooleanField("在用", default=True)
    imported_at = models.DateTimeField("下发时间")

    class Meta:
        verbose_name = verbose_name_plural = "政务事项"
        ordering = ["department", "name", "code"]
        indexes = [models.Index(fields=["is_current", "department"], name="service_item_current")]

    def __str__(self) -> str:
        return self.name


class ServiceItemLink(models.Model):
    """That the data of a service item is in a catalogue."""

    item = models.ForeignKey(
        ServiceItem, models.PROTECT, verbose_name="政务事项", related_name="links"
    )
    catalogue = models.ForeignKey(
        Catalogue, models.CASCADE, verbose_name="数据目录", related_name="links"
    )
    linked_by = models.CharField("关联人", max_length=100)
    linked_at = models.DateTimeField("关联时间")

    class Meta:
        verbose_name = verbose_name_plural = "事项关联"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "catalogue"], name="service_item_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} — {self.catalogue}"


class Demand(models.Model):
    """A department asks for the data of a catalogue that is not yet collected (K10.2)."""

    catalogue = models.ForeignKey(
        Catalogue, models.PROTECT, verbose_name="数据目录", related_name="demands"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="需求单位", related_name="+"
    )
    title = models.CharField("需求", max_length=200)
    items = ArrayField(models.CharField(max_length=200), verbose_name="所需数据项")
    purpose = models.TextField("用途")
    basis = models.CharField("依据", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=DemandState.choices)
    approval_id = models.BigIntegerField("审批编号", null=True)
    task_id = models.BigIntegerField("归集任务编号", null=True)
    requested_by_id = models.BigIntegerField("申请人编号", null=True)
    requested_by = models.CharField("申请人", max_length=100)
    requested_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("审批时间", null=True)
    met_at = models.DateTimeField("满足时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "数据需求"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="demand_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"XQ-{self.requested_at:%Y}-{self.pk:05d}"

    @property
    def subject(self) -> Subject:
        return Subject(DEMAND_KIND, str(self.pk), str(self))


class CollectionDecision(models.Model):
    """What is to become of a listed catalogue without data: collected by a day, or delisted."""

    catalogue = models.ForeignKey(
        Catalogue, models.CASCADE, verbose_name="数据目录", related_name="decisions"
    )
    decision = models.CharField("决定", max_length=8, choices=Decision.choices)
    reason = models.TextField("理由")
    due_on = models.DateField("期限", null=True)
    decided_by = models.CharField("决定人", max_length=100)
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        verbose_name = verbose_name_plural = "归集决定"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.catalogue}"


class RateDay(models.Model):
    """The collection rate of one department on one day, with exactly which catalogues.

    `faulty` of the listed ones broke the standard that day; `stale` of the collected ones had not
    been updated within their cycle.
    """

    contract = models.CharField("合同", max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="数源单位", related_name="+"
    )
    day = models.DateField("日期")
    listed = ArrayField(models.BigIntegerField(), verbose_name="编目")
    collected = ArrayField(models.BigIntegerField(), verbose_name="已归集")
    faulty = ArrayField(models.BigIntegerField(), verbose_name="问题目录", default=list)
    stale = ArrayField(models.BigIntegerField(), verbose_name="更新逾期", default=list)
    taken_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = verbose_name_plural = "归集率"
        ordering = ["-day", "organization"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "organization", "day"], name="rate_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.day}"


class RateDrop(models.Model):
    """A fall of the rate: what it was, what left; open until the level is reached again."""

    contract = models.CharField("合同", max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="数源单位", related_name="+"
    )
    day = models.DateField("日期")
    was_listed = models.PositiveIntegerField("原编目数")
    was_collected = models.PositiveIntegerField("原归集数")
    left = models.JSONField("变动")
    regained_on = models.DateField("恢复日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "归集率下降"
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "organization", "day"], name="rate_drop_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.day}"


class StandardVersion(models.Model):
    """One version of the rules that catalogues, or their items, have to meet (K10.1).

    `content` is the rule set as YAML, the form of the rule engine with a `basis` to each rule. What
    was once in force is never changed. `effect` is what the change was going to do when it was
    sent for review: what the approver saw.
    """

    scope = models.CharField("对象", max_length=10, choices=Scope.choices)
    number = models.PositiveIntegerField("版本")
    label = models.CharField("版本号", max_length=20)
    content = models.TextField("内容")
    note = models.TextField("修订说明", blank=True)
    state = models.CharField("状态", max_length=10, choices=StandardState.choices)
    effect = models.JSONField("影响", default=dict)
    author_id = models.BigIntegerField("起草人编号", null=True)
    author = models.CharField("起草人", max_length=100)
    created_at = models.DateTimeField("起草时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    in_force_at = models.DateTimeField("施行时间", null=True)
    replaced_at = models.DateTimeField("替代时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "编目标准"
        ordering = ["scope", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="standard_number_once"),
            models.UniqueConstraint(fields=["scope", "label"], name="standard_label_once"),
            models.UniqueConstraint(
                fields=["scope"],
                condition=models.Q(state__in=("draft", "review")),
                name="standard_one_open",
            ),
            models.UniqueConstraint(
                fields=["scope"],
                condition=models.Q(state="in_force"),
                name="standard_one_in_force",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('in_force', 'replaced') AND (OLD.content, OLD.label, OLD.note)"
                    " IS DISTINCT FROM (NEW.content, NEW.label, NEW.note)"
                ),
            ),
            pgtrigger.Protect(
                name="decided_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=("in_force", "replaced")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}编制标准 {self.label} 版"

    @property
    def subject(self) -> Subject:
        return Subject(STANDARD_KIND, str(self.pk), str(self))
