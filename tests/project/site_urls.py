"""Views that use what middleware gives: session, token, messages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.utils.translation import gettext


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


def read_session(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.session.get("seen", 0)))


def write_session(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = request.session.get("seen", 0) + 1
    return HttpResponse(str(request.session["seen"]))


def flush_session(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return HttpResponse("flushed")


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user.is_authenticated))


def token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def echo(request: HttpRequest) -> HttpResponse:
    files = [file.read().decode() for file in request.FILES.values()]
    return HttpResponse(",".join([*request.POST.getlist("text"), *files]))


def message(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved.")
    return HttpResponse("noted")


def read_messages(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(str(each) for each in messages.get_messages(request)))


def translated(request: HttpRequest) -> HttpResponse:
    return HttpResponse(gettext("Monday"))


def named(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nommé", headers={"Content-Language": "fr"})


def failing(request: HttpRequest) -> HttpResponse:
    raise PermissionError("not for tests")


async def later(request: HttpRequest) -> HttpResponse:
    return HttpResponse("later")


urlpatterns = [
    path("plain/", plain),
    path("read/", read_session),
    path("write/", write_session),
    path("flush/", flush_session),
    path("who/", who),
    path("token/", token),
    path("echo/", echo),
    path("message/", message),
    path("messages/", read_messages),
    path("translated/", translated),
    path("named/", named),
    path("failing/", failing),
    path("later/", later),
]


def csrf_failure(request: HttpRequest, reason: str) -> HttpResponse:
    return HttpResponse(reason, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("not found", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("failed", status=500)


handler404 = not_found
handler500 = failed
