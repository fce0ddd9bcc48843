"""通知设置: the person's own address and choices; and the two public links of the mails."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from allhours.directory.middleware import ActorRequest
from allhours.directory.pages import refusals_as_messages
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.notifications.actions import addresses
from allhours.notifications.actions.sending import send_soon
from allhours.notifications.channels import mail
from allhours.notifications.forms import AddressForm, ChoicesForm, CodeForm, initial_of
from allhours.notifications.queries import contacts
from allhours.scheme.queries import scheme_for


@never_cache
@login_required
def settings(request: ActorRequest) -> HttpResponse:
    return _page(request)


def _page(request: ActorRequest, **forms: Any) -> HttpResponse:
    """The whole page; `forms` are those that came back with something wrong in them."""
    contact = contacts.contact_of(request.actor)
    context = {
        "mail_on": mail.is_on(),
        "address": contacts.address_of(contact) if contact and contact.confirmed_at else "",
        "asked": contacts.asked_address_of(contact) if contact else "",
        "stopped": contact is not None and contact.stopped_at is not None,
        "address_form": AddressForm(),
        "code_form": CodeForm(),
        "choices_form": _choices_form(request, initial=initial_of(contact)),
    }
    return render(request, "notifications/settings.html", {**context, **forms})


def _choices_form(request: ActorRequest, *args: Any, **kwargs: Any) -> ChoicesForm:
    law = scheme_for(clock.local_date(clock.now())).notices
    return ChoicesForm(
        *args,
        county=f"{law.quiet_from}–{law.quiet_to}",
        most=law.digest_most_per_week,
        **kwargs,
    )


@login_required
@require_POST
def ask(request: ActorRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            addresses.ask_address(
                actor=request.actor, address=form.cleaned_data["address"], now=clock.now()
            )
        except Refused as refused:
            form.add_refusals(refused)
        else:
            send_soon.enqueue()
            messages.success(request, _("确认邮件已发出，请在 24 小时内确认。"))
            return redirect("notifications:settings")
    return _page(request, address_form=form)


@login_required
@require_POST
def code(request: ActorRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            addresses.confirm_address(code=form.cleaned_data["code"], now=clock.now())
        except Refused as refused:
            form.add_refusals(refused)
        else:
            messages.success(request, _("邮箱已确认。"))
            return redirect("notifications:settings")
    return _page(request, code_form=form)


@login_required
@require_POST
def choose(request: ActorRequest) -> HttpResponse:
    form = _choices_form(request, request.POST)
    if form.is_valid():
        try:
            addresses.save_choices(actor=request.actor, choices=form.choices(), now=clock.now())
        except Refused as refused:
            form.add_refusals(refused)
        else:
            messages.success(request, _("通知设置已保存。"))
            return redirect("notifications:settings")
    return _page(request, choices_form=form)


@login_required
@require_POST
def remove(request: ActorRequest) -> HttpResponse:
    addresses.remove_address(actor=request.actor, now=clock.now())
    messages.success(request, _("邮箱已删除，不再发邮件。"))
    return redirect("notifications:settings")


@login_required
@require_POST
def resume(request: ActorRequest) -> HttpResponse:
    addresses.resume_mail(actor=request.actor, now=clock.now())
    messages.success(request, _("已恢复邮件提醒。"))
    return redirect("notifications:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """From the mail, on whatever device: a button, for mail scanners follow links by themselves."""
    done = False
    if request.method == "POST":
        with refusals_as_messages(request) as answers:
            addresses.confirm_address(code=code, now=clock.now())
        done = not answers.refused
    return render(request, "notifications/confirm.html", {"done": done})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The signed link in each mail; mail programs post to it by themselves (RFC 8058)."""
    done = False
    if request.method == "POST":
        with refusals_as_messages(request) as answers:
            addresses.stop_mail(token=token, now=clock.now())
        done = not answers.refused
    return render(request, "notifications/stop.html", {"done": done})
