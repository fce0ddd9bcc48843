"""Reader's settings, the component gallery and the error pages (handlers for config.urls)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST

from allhours.ui import gallery as samples
from allhours.ui.preferences import write_preferences


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    write_preferences(response, elder=request.POST.get("elder"), theme=request.POST.get("theme"))
    return response


def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every component on one page, for whoever builds pages; absent in production."""
    if not getattr(settings, "UI_GALLERY", settings.DEBUG):
        raise Http404
    return samples.respond(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Without the request: a bad host is refused before the middleware that knows the reader.
    return HttpResponse(render_to_string("400.html"), status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: context processors may need the very thing that is broken.
    return HttpResponse(render_to_string("500.html"), status=500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
