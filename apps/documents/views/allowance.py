"""Who may send a large body, and where: asked before anything keeps a byte of it."""

from __future__ import annotations

import re
from importlib import import_module

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest

from apps.accounts.people import actor_of
from apps.rendering.asking import Asked, Scope, said_in
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right, right_of

from ..conf import FORM_BYTES, conf

IMPORT = re.compile(r"/([a-z0-9][a-z0-9-]*)/-/import/\Z")


async def allowance(scope: Scope) -> int:
    """How many bytes this request may send beyond what every request may; 0 for none."""
    found = IMPORT.match(scope["path"])
    if found is None or scope["method"] != "POST":
        return 0
    session_key = Asked(*said_in(scope)).session()
    may = session_key and await sync_to_async(_may_import, thread_sensitive=False)(session_key, found[1])
    return conf.max_import_bytes + FORM_BYTES if may else 0


def _may_import(session_key: str, slug: str) -> bool:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    try:
        handbook_id = Handbook.objects.filter(slug=slug).values_list("pk", flat=True).first()
        right = right_of(actor_of(get_user(request)), handbook_id) if handbook_id else None
    finally:
        connection.close()  # this thread is nobody's
    return right is not None and right >= Right.EDIT
