"""Writes about sources. The network is asked first, outside any transaction; then the result is
recorded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.core.notify.api import seal, unseal
from steward.core.organizations import api as organizations
from steward.data.sources.choices import DATABASES, Engine, Health, Purpose, SourceState
from steward.data.sources.connecting import MANAGER_PASSWORD, PASSWORD, reader_of
from steward.data.sources.models import Source
from steward.data.sources.servers import Strength
from steward.data.sources.stores import allowed, words_of
from steward.data.sources.trust import changed_key_words, check_trust, pin_at_first_sight
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError, StewardError

FINDING_SOURCE = "data.sources"
LOOKER = Actor.system("数据源检测")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,58}")


class InvalidSourceError(InvalidError):
    """A source that cannot be registered so."""

    code = "sources.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDraft:
    """What is registered about a source; an empty password keeps the one stored."""

    code: str
    name: str
    purpose: str
    engine: str
    organization_id: int
    host: str
    port: int
    username: str = ""
    password: str = ""
    database: str = ""
    trust: str = ""
    manager: str = ""
    manager_password: str = ""
    contract: str = ""
    remark: str = ""

    def __repr__(self) -> str:
        return f"SourceDraft({self.code})"


def register_source(draft: SourceDraft, *, by: Actor, now: datetime) -> Source:
    """Register a source and look at it at once; a source that cannot be reached is kept, marked.

    InvalidSourceError names the field that is wrong.
    """
    _check(draft)
    remote = Engine(draft.engine).is_remote and not draft.host.startswith("/")
    if remote and not draft.password:
        raise InvalidSourceError("请填写读取账号的密码", field="password")
    row = _filled(Source(state=SourceState.ACTIVE, created_at=now), draft, secrets={})
    row.health = Health.UNKNOWN
    with transaction.atomic():
        if Source.objects.filter(code=draft.code).exists():
            raise InvalidSourceError(f"编码“{draft.code}”已有数据源使用", field="code")
        row.save()
        audit.record("sources.registered", row.subject, by=by, now=now, after=_audited(row))
    return test_source(row.pk, now=now)


def change_source(source_id: int, draft: SourceDraft, *, by: Actor, now: datetime) -> Source:
    """Change what is registered and look at the source again."""
    _check(draft)
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source_id)
        before = _audited(row)
        if Source.objects.filter(code=draft.code).exclude(pk=source_id).exists():
            raise InvalidSourceError(f"编码“{draft.code}”已有数据源使用", field="code")
        _filled(row, draft, secrets=unseal(row.secrets)).save()
        audit.record(
            "sources.changed", row.subject, by=by, now=now, before=before, after=_audited(row)
        )
    return test_source(source_id, now=now)


@transaction.atomic
def switch_source(
    source_id: int, *, to: SourceState, reason: str, by: Actor, now: datetime
) -> Source:
    """Disable or enable a source; nothing is collected from a disabled one."""
    if not reason.strip():
        raise InvalidSourceError("请写明理由", field="reason")
    row = Source.objects.select_for_update().get(pk=source_id)
    if row.state == to:
        raise InvalidSourceError(f"数据源已是“{to.label}”状态")
    row.state = to
    row.save(update_fields=["state"])
    code = "sources.enabled" if to == SourceState.ACTIVE else "sources.disabled"
    audit.record(code, row.subject, by=by, now=now, reason=reason)
    return row


def test_source(source_id: int, *, now: datetime) -> Source:
    """Connect, check the least privilege, record what was seen; a dead source is a finding."""
    row = Source.objects.get(pk=source_id)
    try:
        pin_at_first_sight(row, by=LOOKER, now=now)
        health, words = _looked(row)
    except StewardError as error:
        health, words = Health.DOWN, changed_key_words(row) or error.message
    return record_health(row, (health, words), now=now)


def _looked(row: Source) -> tuple[Health, str]:
    if Engine(row.engine) not in DATABASES:
        return Health.GOOD, words_of(row)
    strength: Strength = reader_of(row).strength()
    if not strength.excess:
        return Health.GOOD, f"{strength.version}，读取账号只能读"
    listed = "、".join(strength.excess)
    return Health.WARNED, f"{strength.version}；读取账号权限过大：{listed}。应换成只读账号"


@transaction.atomic
def record_health(row: Source, seen: tuple[Health, str], *, now: datetime) -> Source:
    """Record a look at a source; report it as a finding while it is down, clear it when not."""
    row.health, row.health_words = seen
    row.checked_at = now
    row.save(update_fields=["health", "health_words", "checked_at"])
    fingerprint = f"down:{row.pk}"
    if row.health == Health.DOWN:
        findings.report(
            findings.Report(
                source=FINDING_SOURCE,
                fingerprint=fingerprint,
                title=f"数据源“{row.name}”无法连接",
                severity="major",
                subject=row.subject,
                contract=row.contract,
                category="data_source",
                organization_id=row.organization_id,
                detail={"说明": row.health_words},
                remedy="按说明核对地址、账号、目录与网络；恢复后点“检测连接”",
            ),
            now=now,
        )
    else:
        findings.clear(FINDING_SOURCE, fingerprint, now=now)
    return row


def _check(draft: SourceDraft) -> None:
    if not CODE.fullmatch(draft.code):
        raise InvalidSourceError("编码用小写字母、数字和连字符，2 至 59 位", field="code")
    if draft.engine not in Engine.values:
        raise InvalidSourceError(f"不支持的类型“{draft.engine}”", field="engine")
    if draft.purpose not in Purpose.values:
        raise InvalidSourceError(f"没有名为“{draft.purpose}”的用途", field="purpose")
    _check_place(draft)
    organizations.get(draft.organization_id)


def _check_place(draft: SourceDraft) -> None:
    engine = Engine(draft.engine)
    asked = (("name", "名称"), ("host", "地址"), ("username", "读取账号"))
    for name, label in asked if engine.is_remote else asked[:1]:
        if not str(getattr(draft, name)).strip():
            raise InvalidSourceError(f"请填写{label}", field=name)
    if engine.is_remote and not 1 <= draft.port <= 65535:
        raise InvalidSourceError(f"端口 {draft.port} 不在 1 到 65535 之间", field="port")
    if engine in DATABASES and not draft.database.strip():
        raise InvalidSourceError("请填写数据库名", field="database")
    if engine == Engine.DIRECTORY:
        allowed(draft.database)
    check_trust(draft.engine, draft.trust)


def _filled(row: Source, draft: SourceDraft, *, secrets: Mapping[str, str]) -> Source:
    plain = ("code", "name", "purpose", "engine", "organization_id", "host", "port", "database",
             "trust", "username", "manager", "contract", "remark")  # fmt: skip
    for name in plain:
        value = getattr(draft, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not Engine(draft.engine).is_remote:
        row.host, row.port, row.username, row.trust = "", 0, "", ""
    kept = dict(secrets)
    for name in (PASSWORD, MANAGER_PASSWORD):
        if given := getattr(draft, name):
            kept[name] = given
    row.secrets = seal(kept)
    return row


def _audited(row: Source) -> dict[str, object]:
    """What the audit keeps; never a secret."""
    return {
        "code": row.code,
        "host": row.host,
        "port": row.port,
        "database": row.database,
        "username": row.username,
        "manager": row.manager,
        "engine": row.engine,
    }
