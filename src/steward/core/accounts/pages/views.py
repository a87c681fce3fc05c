from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.accounts import queries
from steward.core.accounts.pages.forms import ChangeUserForm, NewUserForm, PostForm, ReasonForm
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.errors import StewardError
from steward.kernel.instants import local_date, now

VIEW = "accounts.user.view"
CHANGE = "accounts.user.change"
UNLOCK = "accounts.user.unlock"
PAGE_SIZE = 50
STATES = (("", "全部"), ("active", "启用"), ("disabled", "停用"), ("locked", "锁定"))


def _seen(request: HttpRequest, user_id: int, code: str = VIEW) -> queries.UserDetail:
    within = access.visible_organizations(request.user, code)
    viewing = code in (VIEW, accounts.VIEW_PRIVATE)
    among = queries.visible(within) if viewing else queries.manageable(within)
    return queries.detail(user_id, among, now=now())


@page(VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in the person's scope, narrowed by text, body and state."""
    moment = now()
    number = request.GET.get("organization", "")
    place = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        if not access.can(request.user, VIEW, int(number)):
            raise Http404
        place = organizations.get(int(number))
    wanted = queries.PeopleFilter(
        text=request.GET.get("q", "").strip()[:100],
        organization_id=place.id if place else None,
        state=request.GET.get("state", ""),
    )
    within = access.visible_organizations(request.user, VIEW)
    shown = Paginator(queries.listed(wanted, within, now=moment), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "wanted": wanted,
        "place": place,
        "page": shown,
        "rows": queries.to_rows(shown, now=moment),
        "states": STATES,
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "accounts/people.html", context, title="用户与岗位")


@page(VIEW)
def detail(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: data (masked), posts, what other apps show, history."""
    return _detail_page(request, _seen(request, user_id))


@page(accounts.VIEW_PRIVATE)
@require_POST
@never_cache
def reveal(request: HttpRequest, user_id: int) -> HttpResponse:
    """The same page with mobile and e-mail in clear; that somebody looked is audited."""
    shown = _seen(request, user_id, accounts.VIEW_PRIVATE)
    clear = accounts.reveal(user_id, by=accounts.actor_of(request.user), now=now())
    return _detail_page(request, shown, clear=clear)


@page(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown once, on the page that follows."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = accounts.create_user(
                accounts.NewUser(**form.cleaned_data),
                by=accounts.actor_of(request.user),
                now=now(),
            )
        except StewardError as refusal:
            field = refusal.data.get("field")
            form.add_error(str(field) if field in form.fields else None, refusal.message)
        else:
            return _fresh_page(request, fresh)
    return render_page(
        request, "accounts/form.html", {"form": form, "heading": "新增用户"}, title="新增用户"
    )


@page(CHANGE)
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change name, title, addresses."""
    shown = _seen(request, user_id, CHANGE)
    begin = {
        "name": shown.info.name,
        "title": shown.info.title,
        "external_id": shown.external_id,
    }
    form = ChangeUserForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        kept = {"mobile", "email"}
        changes = {k: v for k, v in form.cleaned_data.items() if v or k not in kept}
        try:
            accounts.change_user(user_id, changes, by=accounts.actor_of(request.user), now=now())
        except StewardError as refusal:
            field = refusal.data.get("field")
            form.add_error(str(field) if field in form.fields else None, refusal.message)
        else:
            messages.success(request, "已保存")
            return redirect("accounts:detail", user_id)
    context = {"form": form, "heading": f"修改“{shown.info.name}”", "user_id": user_id}
    return render_page(request, "accounts/form.html", context, title="修改用户")


@page(CHANGE)
@require_POST
@never_cache
def reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a random password, shown once."""
    _seen(request, user_id, CHANGE)
    fresh = accounts.reset_password(user_id, by=accounts.actor_of(request.user), now=now())
    return _fresh_page(request, fresh)


@page(CHANGE)
@require_POST
def switch(request: HttpRequest, user_id: int) -> HttpResponse:
    """Disable an account, or enable it again; disabling needs a reason."""
    shown = _seen(request, user_id, CHANGE)
    by = accounts.actor_of(request.user)
    form = ReasonForm(request.POST)
    if not shown.info.is_active:
        accounts.enable_user(user_id, by=by, now=now())
        messages.success(request, "已启用")
    elif form.is_valid():
        accounts.disable_user(user_id, by=by, now=now(), reason=form.cleaned_data["reason"])
        messages.success(request, "已停用，打开的会话随即失效")
    else:
        messages.error(request, "停用要写明原因")
    return redirect("accounts:detail", user_id)


@page(UNLOCK)
@require_POST
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Lift a lock before its time."""
    _seen(request, user_id, UNLOCK)
    accounts.unlock_user(user_id, by=accounts.actor_of(request.user), now=now())
    messages.success(request, "已解锁")
    return redirect("accounts:detail", user_id)


@page(CHANGE)
def add_post(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the person a post in a body of one's scope."""
    shown = _seen(request, user_id, CHANGE)
    form = PostForm(request.POST or None, initial={"valid_from": local_date(now())})
    within = access.visible_organizations(request.user, CHANGE)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        place = data.pop("organization")
        if within is not None and place not in within:
            raise Http404
        try:
            accounts.add_post(
                user_id,
                accounts.NewPost(organization_id=place, **data),
                by=accounts.actor_of(request.user),
                now=now(),
            )
        except StewardError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "已设岗位。角色由安全管理员授予")
            return redirect("accounts:detail", user_id)
    context = {
        "form": form,
        "heading": f"给“{shown.info.name}”设岗位",
        "user_id": user_id,
        "choices": organizations.search("", within=within, limit=2000),
    }
    return render_page(request, "accounts/form.html", context, title="设岗位")


@page(CHANGE)
@require_POST
def end_post(request: HttpRequest, user_id: int, post_id: int) -> HttpResponse:
    """End a post; its roles lapse."""
    _own_post(request, user_id, post_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        accounts.end_post(post_id, by=accounts.actor_of(request.user), now=now(),
                          reason=form.cleaned_data["reason"])  # fmt: skip
        messages.success(request, "岗位已终止")
    else:
        messages.error(request, "终止岗位要写明原因")
    return redirect("accounts:detail", user_id)


@page(CHANGE)
@require_POST
def main_post(request: HttpRequest, user_id: int, post_id: int) -> HttpResponse:
    """Make a post the main one."""
    _own_post(request, user_id, post_id)
    accounts.make_main_post(post_id, by=accounts.actor_of(request.user), now=now())
    messages.success(request, "主岗已更改")
    return redirect("accounts:detail", user_id)


def _may(request: HttpRequest, code: str, user_id: int) -> bool:
    """Whether the person may do this to that account, which is never their own."""
    if not request.user.has_perm(code) or request.user.pk == user_id:
        return False
    within = access.visible_organizations(request.user, code)
    return queries.manageable(within).filter(pk=user_id).exists()


def _own_post(request: HttpRequest, user_id: int, post_id: int) -> None:
    post = accounts.get_post(post_id)
    allowed = access.can(request.user, CHANGE, post.organization_id)
    if post.user_id != user_id or not allowed:
        raise Http404


def _fresh_page(request: HttpRequest, fresh: accounts.FreshPassword) -> HttpResponse:
    return render_page(request, "accounts/fresh.html", {"fresh": fresh}, title="初始密码")


def _detail_page(
    request: HttpRequest, shown: queries.UserDetail, *, clear: dict[str, str] | None = None
) -> HttpResponse:
    info = shown.info
    context: dict[str, Any] = {
        "shown": shown,
        "info": info,
        "clear": clear,
        "posts": queries.all_posts_of(info.id),
        "today": local_date(now()),
        "panels": panels_for(info.subject, request),
        "history": audit.history(info.subject, limit=30),
        "may_change": _may(request, CHANGE, info.id),
        "may_unlock": _may(request, UNLOCK, info.id),
        "may_reveal": request.user.has_perm(accounts.VIEW_PRIVATE),
    }
    return render_page(request, "accounts/detail.html", context, title=info.name)
