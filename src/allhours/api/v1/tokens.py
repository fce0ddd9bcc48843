"""Tokens: proved by password (and second factor), listed and revoked by their owner."""

from __future__ import annotations

import math
from datetime import datetime

from axes.helpers import get_client_ip_address
from axes.utils import reset
from django.contrib.auth import authenticate
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from ninja import Query, Router, Schema, Status
from pydantic import Field, StrictInt

from allhours.accounts import queries
from allhours.accounts.actions import people
from allhours.accounts.actions import tokens as actions
from allhours.accounts.actions.factors import verify_second_factor
from allhours.accounts.choices import ApiScope
from allhours.accounts.models import ApiToken, User
from allhours.accounts.policy import needs_second_factor
from allhours.api import errors, once
from allhours.api.caller import ApiRequest, anybody
from allhours.api.frame import reads, says
from allhours.api.paging import page
from allhours.api.shapes import Errors, Given, Listed, Refusals, listing
from allhours.directory.queries.actors import actor_of
from allhours.jobs.once import Answer, first_answer
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused

router = Router(tags=["tokens"])
WRONG = Refusal("token.wrong_password", _("用户名或密码不对。"))
OTP_NEEDED = Refusal(
    "token.otp_needed", _("您的账号有第二重验证，请在 otp 中填写动态验证码或恢复码。")
)
USUAL_DAYS = 30


class TokenWanted(Given):
    username: str = Field(max_length=40)
    password: str = Field(max_length=200)
    scopes: list[ApiScope] = Field(
        default_factory=list, max_length=20, description="empty: all that the person may do"
    )
    otp: str = Field("", max_length=40, description="second factor, where the account has one")
    name: str = Field("", max_length=60, description="which program it is for")
    days: StrictInt = Field(USUAL_DAYS, ge=1, le=actions.LONGEST_DAYS)


class TokenIssued(Schema):
    token: str
    expires_at: datetime
    id: int
    scopes: list[str]


class TokenOut(Schema):
    id: int
    name: str
    hint: str = Field(description="its last four characters")
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@router.post(
    "/tokens/",
    auth=anybody,
    response={201: TokenIssued, 401: Refusals, 409: Refusals, 422: Errors, 429: Errors},
)
def issue_token(
    request: HttpRequest, given: TokenWanted
) -> Status[dict[str, object]] | HttpResponse:
    """A new token for whoever knows the password; `otp` where the account has a second factor.

    Too many wrong passwords lock the account for a time, here as on the page: 429.
    """
    key, now = once.key_of(request), clock.now()
    user = _proved(request, given, now)
    if key and (told := first_answer(user_id=user.pk, key=key, print_=once.print_of(request))):
        return once.told(told)
    try:
        twice = _second_factor(user, given.otp, now)
    except Refused:
        # the same request at the same instant may have used up the code just now
        if key and (told := first_answer(user_id=user.pk, key=key, print_=once.print_of(request))):
            return once.told(told)
        raise
    if key:
        return once.answered(request, key, user.pk, lambda: _kept(user, given, twice, now))
    return Status(201, _issued(user, given, twice, now))


issue_token.handles_repeats = True  # type: ignore[attr-defined]


def _proved(request: HttpRequest, given: TokenWanted, now: datetime) -> User:
    """The user whose password this is; counted by the lock-out, and seen in their history."""
    user = authenticate(request, username=given.username, password=given.password)
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # type: ignore[attr-defined]  # answered here, as JSON
        raise _locked(given.username, getattr(request, "axes_attempt_time", None) or now)
    if user is None or not isinstance(user, User):
        tried = queries.user_named(given.username)
        if tried is not None:
            _record(request, tried, succeeded=False, now=now)
        raise errors.Unauthorized(WRONG)
    return user


def _locked(username: str, at: datetime) -> errors.TooMany:
    left = queries.lock_remaining(username, at).total_seconds()
    minutes = max(1, math.ceil(left / 60))
    sentence = ngettext(
        "连续输错次数过多，账号已暂时锁定，请在 %(minutes)d 分钟后再试。",
        "连续输错次数过多，账号已暂时锁定，请在 %(minutes)d 分钟后再试。",
        minutes,
    )
    return errors.TooMany(math.ceil(left), sentence % {"minutes": minutes})


def _record(request: HttpRequest, user: User, *, succeeded: bool, now: datetime) -> None:
    people.record_sign_in(
        user=user,
        succeeded=succeeded,
        address=get_client_ip_address(request),
        browser=request.headers.get("User-Agent", ""),
        now=now,
    )


def _second_factor(user: User, code: str, now: datetime) -> bool:
    """Asked of who has one; who should have one and has none sets it up on the pages first."""
    if queries.has_second_factor(user):
        if not code:
            raise Refused(OTP_NEEDED)
        verify_second_factor(user=user, code=code, now=now)
        return True
    if needs_second_factor(actor_of(user, on=clock.local_date(now)).roles):
        raise Refused(errors.FACTOR_NEEDED)
    return False


def _issued(user: User, given: TokenWanted, twice: bool, now: datetime) -> dict[str, object]:
    issued = actions.issue_token(
        user=user,
        scopes=given.scopes,
        days=given.days,
        name=given.name,
        proved_twice=twice,
        now=now,
    )
    reset(username=user.username)
    token = issued.token
    return {
        "token": issued.plain,
        "expires_at": token.expires_at,
        "id": token.pk,
        "scopes": token.scopes,
    }


def _kept(user: User, given: TokenWanted, twice: bool, now: datetime) -> Answer:
    try:
        body = _issued(user, given, twice, now)
    except Refused as refused:
        return Answer(409, errors.refusals_body(*refused.reasons))
    return Answer(201, TokenIssued.model_validate(body).model_dump(mode="json"))


def show(token: ApiToken) -> dict[str, object]:
    names = ("name", "hint", "scopes", "created_at", "expires_at", "last_used_at")
    return {"id": token.pk, **{name: getattr(token, name) for name in names}}


@router.get("/tokens/", **reads(None, listing(TokenOut)))
def list_tokens(request: ApiRequest, asked: Query[Listed]) -> dict[str, object]:
    """The caller's own tokens that still hold."""
    rows = queries.tokens_of(request.actor, clock.now())
    return page(rows, asked, name="tokens", show=show, by="-pk")


@router.delete("/tokens/{int:id}/", **says(None, None, status=204))
def revoke_token(request: ApiRequest, id: int) -> Status[None]:
    """End one of the caller's own tokens at once; it may be the one that calls."""
    now = clock.now()
    token = queries.tokens_of(request.actor, now).filter(pk=id).first()
    if token is None:
        raise Http404
    actions.revoke_token(actor=request.actor, token=token, now=now)
    return Status(204, None)
