"""Terms on their way to a version: written, checked, submitted, confirmed by a second person."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from steward.contracts.packs.differences import Difference, differences
from steward.contracts.packs.document import Pack
from steward.contracts.packs.models import DraftState, PackDraft
from steward.contracts.packs.problems import PackInvalidError, PackProblem
from steward.contracts.packs.queries import (
    Somebody,
    document_of,
    get,
    source_of,
    versions_of,
    visible_to,
)
from steward.contracts.packs.services import PackConflictError, check_follows, check_pack, load_pack
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, NotFoundError
from steward.kernel.subjects import Subject

DRAFT_KIND = "packs.draft"
VIEW_DRAFTS = "packs.draft.view"
SUBMIT = "packs.draft.submit"
CONFIRM = "packs.draft.confirm_client"

_VERSION = re.compile(r"^version:.*\n(?:[ \t]+.*\n|[ \t]*#.*\n)*", re.MULTILINE)
_CODE = re.compile(r"^code:[ \t]*([a-z0-9][a-z0-9._-]*)", re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE)
_OPEN = (DraftState.DRAFT, DraftState.REFUSED)


class UnknownDraftError(NotFoundError):
    """No such draft, or none that this person may see."""

    code = "packs.unknown_draft"


class DraftStateError(ConflictError):
    """The draft is not in the state that this needs."""

    code = "packs.draft_state"


class FourEyesError(ConflictError):
    """The author of a draft may not confirm it."""

    code = "packs.four_eyes"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the platform says of a text: every mistake, or what it would change.

    `base` is the version that it would follow (0 for a new contract), `conflict` why it does not.
    """

    pack: Pack | None
    problems: tuple[PackProblem, ...]
    hints: tuple[PackProblem, ...]
    conflict: str
    base: int
    changes: tuple[Difference, ...]

    @property
    def is_fit(self) -> bool:
        """Whether the text could be installed as it stands."""
        return self.pack is not None and not self.conflict


def verdict_for(user: Somebody, row: PackDraft) -> Verdict:
    """What the platform says of a draft, without a word of a contract that the person may not see."""
    verdict = verdict_of(row.source, file=row.file_name)
    code = verdict.pack.code if verdict.pack else ""
    if verdict.base and not visible_to(user, VIEW_DRAFTS).filter(code=code).exists():
        words = f"编码“{code}”已被别的合同使用，请换一个编码"
        return replace(verdict, conflict=words, base=0, changes=())
    return verdict


def verdict_of(text: str, *, file: str) -> Verdict:
    """Check a text as if it were to be installed now; nothing is written."""
    try:
        read = check_pack(text, file=file)
    except PackInvalidError as error:
        return Verdict(None, tuple(error.problems), (), "", 0, ())
    known = versions_of(read.pack.code)
    conflict = ""
    try:
        check_follows(read.pack, known)
    except PackConflictError as error:
        conflict = error.message
    base = known[0].number if known else 0
    after = read.pack.model_dump(mode="json")
    changes = differences(document_of(read.pack.code, base), after) if base else []
    real = [change for change in changes if not change.path.startswith("version.")]
    if base and not real and not conflict:
        conflict = f"与第 {base} 版内容相同，没有需要确认的变更"
    return Verdict(read.pack, (), read.hints, conflict, base, tuple(changes))


def amendment_text(code: str, *, today: date) -> str:
    """The newest terms of a contract as the beginning of an amendment to them."""
    newest, contract = versions_of(code)[0], get(code)
    earliest = max(newest.effective_date, contract.start_date, today + timedelta(days=1))
    effective = min(earliest, contract.end_date - timedelta(days=1))
    head = f'version:\n  effective: {effective}\n  amends: {newest.number}\n  reason: ""\n'
    return _VERSION.sub(lambda _: head, source_of(code, newest.number), count=1)


def drafts_visible_to(user: Somebody) -> QuerySet[PackDraft]:
    """Drafts of the contracts that a person sees; of contracts that are not yet, one's own."""
    rows = PackDraft.objects.all()
    if not access.can(user, VIEW_DRAFTS):
        return rows.none()
    if access.visible_organizations(user, VIEW_DRAFTS) is None:
        return rows
    codes = visible_to(user, VIEW_DRAFTS).values("code")
    return rows.filter(Q(contract_code__in=codes) | Q(author_id=user.pk or 0))


def draft_for(user: Somebody, draft_id: int) -> PackDraft:
    """One visible draft; unknown and forbidden answer alike."""
    row = drafts_visible_to(user).filter(pk=draft_id).first()
    if row is None:
        raise UnknownDraftError(f"没有编号为 {draft_id} 的合同包草案")
    return row


def waiting_for(user: Somebody) -> list[PackDraft]:
    """Drafts that this person could confirm."""
    rows = drafts_visible_to(user).filter(state=DraftState.SUBMITTED)
    return list(rows.exclude(author_id=user.pk or 0).defer("source")[:20])


@transaction.atomic
def start_draft(text: str, *, file: str, by: Actor, now: datetime) -> int:
    """Keep a text, right or wrong, so that it can be mended on a page."""
    assert by.user_id is not None
    row = PackDraft(
        file_name=file, author_id=by.user_id, author=by.label, created_at=now, changed_at=now
    )
    _write(row, text)
    row.save()
    audit.record("packs.draft.started", _subject(row), by=by, now=now, after={"file": file})
    return row.pk


@transaction.atomic
def rewrite_draft(draft_id: int, text: str, *, by: Actor, now: datetime) -> None:
    """Change the text of one's own draft while nobody is asked to confirm it."""
    row = _own(draft_id, by)
    if row.state not in _OPEN:
        raise DraftStateError(f"草案{row.get_state_display()}，不能再修改；请先撤回或另起草案")
    _write(row, text)
    row.state, row.changed_at = DraftState.DRAFT, now
    row.save()


@transaction.atomic
def submit_draft(draft_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Ask for confirmation; only a text that could be installed as it stands is taken."""
    row = _own(draft_id, by)
    if row.state not in _OPEN:
        raise DraftStateError(f"草案{row.get_state_display()}，不能重复提交")
    if not reason.strip():
        raise DraftStateError("请写明变更的理由与依据（例如补充协议的名称与日期）")
    verdict = verdict_of(row.source, file=row.file_name)
    if not verdict.is_fit:
        raise DraftStateError(verdict.conflict or "草案还有错误，请改正后再提交")
    row.state, row.reason, row.submitted_at = DraftState.SUBMITTED, reason.strip(), now
    row.decided_by_id, row.decided_by, row.decision_note = None, "", ""
    row.save()
    audit.record("packs.draft.submitted", _subject(row), by=by, now=now, reason=row.reason)


@transaction.atomic
def withdraw_draft(draft_id: int, *, by: Actor, now: datetime) -> None:
    """Take one's own draft back in order to change it."""
    row = _own(draft_id, by)
    if row.state != DraftState.SUBMITTED:
        raise DraftStateError(f"草案{row.get_state_display()}，不能撤回")
    row.state, row.changed_at = DraftState.DRAFT, now
    row.save()
    audit.record("packs.draft.withdrawn", _subject(row), by=by, now=now)


@transaction.atomic
def decide_draft(draft_id: int, *, agree: bool, note: str, by: Actor, now: datetime) -> int | None:
    """Confirm or refuse another person's draft; confirmed terms become the next version at once.

    The text is checked again: PackInvalidError or PackConflictError leaves the draft waiting and
    the terms in force untouched. Returns the number of the new version.
    """
    row = PackDraft.objects.select_for_update().get(pk=draft_id)
    if row.state != DraftState.SUBMITTED:
        raise DraftStateError(f"草案{row.get_state_display()}，没有可确认的内容")
    if by.user_id is None or by.user_id == row.author_id:
        raise FourEyesError("起草人不能确认自己的草案，请由另一人确认")
    if not note.strip():
        raise DraftStateError("请写明确认或退回的意见")
    row.decided_by_id, row.decided_by, row.decided_at = by.user_id, by.label, now
    row.decision_note = note.strip()
    if agree:
        version = load_pack(row.source, file=row.file_name, by=by, now=now)
        row.state, row.version_number = DraftState.INSTALLED, version.number
    else:
        row.state = DraftState.REFUSED
    row.save()
    code = "packs.draft.confirmed" if agree else "packs.draft.refused"
    audit.record(code, _subject(row), by=by, now=now, reason=row.decision_note)
    return row.version_number


def _own(draft_id: int, by: Actor) -> PackDraft:
    row = PackDraft.objects.select_for_update().get(pk=draft_id)
    if row.author_id != by.user_id:
        raise DraftStateError("只有起草人可以修改、提交或撤回草案；可另起一份草案")
    return row


def _write(row: PackDraft, text: str) -> None:
    """The text with what lists show of it, found even in a text that is wrong."""
    row.source = text.replace("\r\n", "\n")
    code, title = _CODE.search(row.source), _TITLE.search(row.source)
    row.contract_code = code[1][:60] if code else ""
    row.title = title[1].strip()[:400] if title else ""


def _subject(row: PackDraft) -> Subject:
    return Subject(DRAFT_KIND, str(row.pk), str(row))
