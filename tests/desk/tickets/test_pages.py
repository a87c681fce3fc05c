import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Adjustment, BulkResult, RoutingRule, Ticket, TimelineEntry
from steward.kernel.instants import now as wall_clock
from tests.factories import desk as made
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db
WORK = (
    "desk.ticket.view",
    "desk.ticket.create",
    "desk.ticket.handle",
    "desk.ticket.close",
    "desk.ticket.void",
)


@pytest.fixture
def engineer():
    return user_with(*WORK)


@pytest.fixture
def desk_client(client, engineer):
    client.force_login(engineer)
    return client


@pytest.fixture
def info(engineer):
    """A major incident opened ten minutes ago and assigned to the engineer."""
    made.install()
    return made.ticket(now=wall_clock() - timedelta(minutes=10), assignee_id=engineer.pk)


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.clause("H5", "C2")
def test_a_call_registered_on_the_page_runs_the_contracts_clocks(desk_client):
    made.install()

    answer = desk_client.post(
        "/desk/new/",
        {"title": "公文无法发送", "kind": "incident", "severity": "minor", "channel": "phone",
         "contract": made.CONTRACT, "requester_name": "涟水县 办公室"},
        follow=True,
    )  # fmt: skip

    assert "启动时限：响应 ≤ 2 h、到场 ≤ 2 h、解决 ≤ 24 h" in text_of(answer)


@pytest.mark.clause("H5")
def test_answering_arriving_and_resolving_on_the_page_meets_the_clocks(desk_client, info):
    base = f"/desk/{info.id}"
    desk_client.post(f"{base}/reply/", {"text": "已联系"})
    desk_client.post(f"{base}/check-in/", {"proof": "code", "detail": "483920"})
    desk_client.post(f"{base}/resolve/", {"text": "已恢复", "cause": "端口变更"})

    answer = desk_client.post(f"{base}/close/", {"note": ""}, follow=True)

    assert [c.state for c in desk.clocks_of_ticket(info.id)] == ["met", "met", "met"]
    assert "达标" in text_of(answer)


def test_a_title_is_needed(desk_client):
    answer = desk_client.post("/desk/new/", {"title": "", "kind": "incident"})

    assert "这个字段是必填项" in text_of(answer)


def test_the_queue_shows_what_is_left_of_the_next_clock(desk_client, info):
    text = text_of(desk_client.get("/desk/?tab=mine"))

    assert info.number in text
    assert "响应 30 min" in text
    assert re.search(r"19 min \d|20 min", text)


@pytest.mark.parametrize("tab", ["mine", "team", "open", "soon", "late", "new", "suspended"])
def test_the_count_of_a_tab_is_the_number_of_its_rows(desk_client, info, tab):
    made.ticket(contract="")
    desk.scan(now=wall_clock() + timedelta(minutes=15))

    answer = desk_client.get(f"/desk/?tab={tab}")

    counts = {one.code: one.count for one in answer.context["tabs"]}
    assert counts[tab] == len(answer.context["rows"])


@pytest.mark.parametrize("words", ["INC-", "社保", "归集失败", "00001", "1"])
def test_a_ticket_is_found_by_number_and_by_words_of_its_title(desk_client, info, words):
    assert info.number in text_of(desk_client.get(f"/desk/?tab=all&q={words}"))


def test_what_nobody_wrote_is_not_found(desk_client, info):
    answer = desk_client.get("/desk/?tab=all&q=不存在的标题")

    assert "这里没有工单" in text_of(answer)


def test_filters_narrow_the_queue(desk_client, info):
    made.ticket(kind="question", contract="")

    answer = desk_client.get("/desk/?tab=open&kind=question&severity=major")

    assert [row.ticket.kind for row in answer.context["rows"]] == ["question"]


def test_pages_follow_by_key_without_loss_or_repetition(desk_client):
    for _ in range(55):
        made.ticket(contract="")
    first = desk_client.get("/desk/?tab=open")

    second = desk_client.get("/desk/", {"tab": "open", "after": first.context["after"]})

    seen = [row.ticket.pk for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == 55


def test_a_page_address_made_up_by_hand_is_refused_in_words(desk_client):
    answer = desk_client.get("/desk/?tab=open&after=garbage")

    assert answer.status_code == 422
    assert "翻页地址无效" in text_of(answer)


def test_the_queue_costs_the_same_queries_whatever_its_length(
    desk_client, info, django_assert_max_num_queries
):
    for _ in range(20):
        made.ticket(now=wall_clock())

    with django_assert_max_num_queries(20):
        desk_client.get("/desk/?tab=open")


def test_the_ticket_page_costs_a_bounded_number_of_queries(
    desk_client, info, django_assert_max_num_queries
):
    for _ in range(20):
        desk.add_note(info.id, text="备注", by=made.SYSTEM, now=wall_clock())

    with django_assert_max_num_queries(45):
        desk_client.get(f"/desk/{info.id}/")


def test_somebody_elses_ticket_is_unknown(client, info):
    client.force_login(user_with(*WORK, organization_id=body().id))

    assert client.get(f"/desk/{info.id}/").status_code == 404
    assert client.post(f"/desk/{info.id}/reply/", {"text": "在吗"}).status_code == 404


def test_a_ticket_of_ones_own_subtree_is_seen(client):
    place = body()
    mine = made.ticket(contract="", organization_id=place.id)
    client.force_login(user_with("desk.ticket.view", organization_id=place.id))

    assert client.get(f"/desk/{mine.id}/").status_code == 200


def test_whoever_may_only_look_is_offered_no_action(client, info):
    client.force_login(user_with("desk.ticket.view"))

    answer = client.get(f"/desk/{info.id}/")

    assert answer.context["offers"] == []
    assert client.post(f"/desk/{info.id}/resolve/", {"text": "好了"}).status_code == 404


def test_a_reply_with_an_attachment_keeps_both(*, desk_client, info, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("日志.txt", "连接被拒绝".encode())

    desk_client.post(f"/desk/{info.id}/reply/", {"text": "见附件", "file": upload})

    assert "日志.txt" in text_of(desk_client.get(f"/desk/{info.id}/"))


def test_an_internal_note_answers_nobody(desk_client, info):
    desk_client.post(f"/desk/{info.id}/reply/", {"text": "先别说", "internal": "on"})

    assert made.clock(info, "respond").is_open
    assert not TimelineEntry.objects.get(text="先别说").is_public


def test_a_refusal_is_said_beside_its_form(desk_client, info):
    answer = desk_client.post(f"/desk/{info.id}/check-in/", {"proof": "photo"})

    assert answer.status_code == 422
    assert "请上传现场照片" in text_of(answer)


def test_resolving_over_a_failing_check_needs_the_right_to(desk_client):
    seen = made.finding(now=wall_clock())
    ticket = desk.take_finding(seen.id, episode=1, now=wall_clock())

    answer = desk_client.post(f"/desk/{ticket.id}/resolve/", {"text": "好", "override": "误报"})

    assert "权限" in text_of(answer)
    assert desk.get_ticket(ticket.id).is_open


def test_the_timeline_can_be_narrowed_to_the_talk(desk_client, info):
    desk_client.post(f"/desk/{info.id}/reply/", {"text": "已联系信息中心"})

    answer = desk_client.get(f"/desk/{info.id}/?show=talk")

    assert [entry.text for entry in answer.context["entries"]] == ["已联系信息中心"]


def test_the_clock_page_explains_every_stretch(desk_client, info):
    clock = made.clock(info, "resolve")

    text = text_of(desk_client.get(f"/desk/clocks/{clock.id}/"))

    assert "计时，10 min" in text
    assert "待客户" in text


def test_a_clock_of_somebody_else_is_unknown(client, info):
    client.force_login(user_with("desk.ticket.view", organization_id=body().id))

    assert client.get(f"/desk/clocks/{made.clock(info, 'resolve').id}/").status_code == 404


def test_the_list_behind_a_figure_has_exactly_its_rows(desk_client, info):
    made.ticket(now=wall_clock() - timedelta(minutes=40))
    desk.scan(now=wall_clock())
    path = f"/desk/clocks/?contract={made.CONTRACT}&show=breached"

    answer = desk_client.get(path)

    counts = {code: count for code, _, count in answer.context["tabs"]}
    assert counts["breached"] == len(answer.context["rows"]) == 1


def test_an_unreadable_period_is_refused_in_words(desk_client):
    answer = desk_client.get("/desk/clocks/?contract=x&start=gestern")

    assert "无法识别" in text_of(answer)


def test_one_side_proposes_and_the_other_confirms_on_the_page(client, info):
    supplier = user_with("desk.ticket.view", "desk.adjustment.supplier")
    client.force_login(supplier)
    client.post(
        f"/desk/{info.id}/adjust/",
        {"kind": "occurred_at", "side": "supplier", "occurred_at": "2026-01-05T09:00:00",
         "reason": "电话先报"},
    )  # fmt: skip
    row = Adjustment.objects.get()
    client.force_login(user_with("desk.ticket.view", "contracts.adjustment.client"))

    client.post(f"/desk/adjustments/{row.pk}/", {"side": "client", "verdict": "yes"})

    row.refresh_from_db()
    assert row.state == "confirmed"


def test_nobody_speaks_for_a_side_that_is_not_theirs(client, info):
    client.force_login(user_with("desk.ticket.view", "desk.adjustment.supplier"))

    answer = client.post(
        f"/desk/{info.id}/adjust/",
        {"kind": "occurred_at", "side": "client", "occurred_at": "2026-01-05T09:00", "reason": "x"},
    )

    assert answer.status_code == 422


def test_a_bulk_action_leaves_a_result_for_each_ticket(desk_client, info, engineer):
    other = made.ticket(contract="")
    desk.void_ticket(other.id, state="void", reason="测试", by=made.SYSTEM, now=wall_clock())

    answer = desk_client.post(
        "/desk/bulk/",
        {
            "action": "severity",
            "severity": "minor",
            "reason": "复核",
            "ticket": [info.id, other.id],
        },
    )
    drain_jobs()

    assert {row.ticket_id: row.is_ok for row in BulkResult.objects.all()} == {
        info.id: True,
        other.id: False,
    }
    assert "不能变更级别" in text_of(desk_client.get(answer.url))


def test_a_bulk_action_without_a_choice_is_said(desk_client):
    answer = desk_client.post("/desk/bulk/", {"action": "close"}, follow=True)

    assert "请先选择工单" in text_of(answer)


def test_routing_rules_are_kept_and_tried_on_their_page(client):
    client.force_login(user_with("desk.routing.view", "desk.routing.change"))
    client.post(
        "/desk/routing/new/",
        {"order": 1, "label": "备份类", "ticket_kind": "incident", "opens_ticket": "on",
         "joins": "on", "is_active": "on",
         "condition": '{"field": "category", "eq": "backup"}'},
    )  # fmt: skip

    answer = client.get("/desk/routing/?category=backup&severity=major")

    assert RoutingRule.objects.get().label == "备份类"
    assert "符合“备份类”：建故障工单，级别 重大" in text_of(answer)


def test_a_wrong_condition_is_said_beside_the_form(client):
    client.force_login(user_with("desk.routing.view", "desk.routing.change"))

    answer = client.post(
        "/desk/routing/new/",
        {"order": 1, "label": "x", "ticket_kind": "incident", "condition": '{"field": "colour"}'},
    )

    assert "colour" in text_of(answer)
    assert not RoutingRule.objects.exists()


def test_an_unknown_finding_in_the_tester_is_said(client):
    client.force_login(user_with("desk.routing.view"))

    assert "F-9" in text_of(client.get("/desk/routing/?finding=F-9"))


def test_the_policies_are_shown_with_their_promises(client):
    made.install()
    client.force_login(user_with("desk.policy.view"))

    text = text_of(client.get("/desk/policies/"))

    assert "淮安 2025" in text
    assert "30 min" in text


def test_the_home_page_lists_what_is_due(desk_client, info):
    assert info.number in text_of(desk_client.get("/"))


def test_a_page_of_the_history_needs_no_count(desk_client, info):
    answer = desk_client.get("/desk/?tab=all")

    assert {one.code: one.count for one in answer.context["tabs"]}["all"] is None
    assert Ticket.objects.count() == len(answer.context["rows"])


@pytest.mark.parametrize("path", ["/desk/", "/desk/new/", "/desk/routing/", "/desk/policies/"])
def test_without_the_permission_a_page_does_not_exist(client, path):
    client.force_login(user_with("findings.finding.view"))

    assert client.get(path).status_code == 404
