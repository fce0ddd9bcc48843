"""发信情况: for those who keep the installation, in numbers only."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import actor_of, refusals_as_messages
from allhours.kernel import clock
from allhours.notifications.actions import outbox as actions
from allhours.notifications.actions.sending import send_soon
from allhours.notifications.channels import mail
from allhours.notifications.queries.outbox import KEEPERS, outbox
from allhours.ui.parts import Fact


@login_required
def show(request: ActorRequest) -> HttpResponse:
    actor_of(request, *KEEPERS)
    box = outbox(clock.now())
    facts = [
        Fact(_("发信服务器"), _("已设置") if mail.is_on() else _("未设置")),
        Fact(_("发件地址"), settings.ALLHOURS_MAIL_FROM or "—"),
        Fact(_("系统网址"), settings.ALLHOURS_SITE or "—"),
    ]
    context = {"box": box, "facts": facts, "mail_on": mail.is_on()}
    return render(request, "notifications/outbox.html", context)


@login_required
@require_POST
def test(request: ActorRequest) -> HttpResponse:
    actor = actor_of(request, *KEEPERS)
    with refusals_as_messages(request) as answers:
        actions.send_test(actor=actor, now=clock.now())
    if not answers.refused:
        send_soon.enqueue()
        messages.success(request, _("测试邮件已交给发信服务，请查收。"))
    return redirect("notifications:outbox")


@login_required
@require_POST
def retry(request: ActorRequest) -> HttpResponse:
    actor = actor_of(request, *KEEPERS)
    count = actions.retry_failed(actor=actor, now=clock.now())
    text = ngettext("%(n)d 件将重新发送。", "%(n)d 件将重新发送。", count) % {"n": count}
    messages.success(request, text)
    return redirect("notifications:outbox")
