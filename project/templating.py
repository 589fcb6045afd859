"""The Jinja2 environment: escaping always on, an undefined name is an error."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

META = settings.BASE_DIR / "static" / "dist" / "meta.json"


class AssetNotBuiltError(LookupError):
    """A template names an asset that the bundles do not have."""


def escaped(value: Any) -> str:
    """The text of markupsafe.escape(value), not marked as safe: it is joined to the page at once, and the
    mark takes longer than all the rest."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is UUID or kind is int else escape(value)


class LeanTemplate(Template):
    """Only what a template puts out goes through its `escape`; macros and blocks mark what they give back."""

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> Template:
        template = super().from_code(*args, **kwargs)
        template.root_render_func.__globals__["escape"] = escaped
        return template


def environment(**options: Any) -> Environment:
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    env = Environment(extensions=["jinja2.ext.i18n"], **options | {"autoescape": True})  # noqa: S701 - it is on
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    env.template_class = LeanTemplate
    env.globals |= {"asset": asset, "url": url, "zone": settings.TIME_ZONE}
    env.filters |= {"date": date, "moment": moment, "clock": clock, "filesize": filesize, "iso": iso}
    return env


def url(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs)


def date(value: datetime) -> str:
    return formats.date_format(_local(value), "DATE_FORMAT")


def moment(value: datetime) -> str:
    return formats.date_format(_local(value), "DATETIME_FORMAT")


def clock(value: datetime) -> str:
    return formats.date_format(_local(value), "TIME_FORMAT")


def filesize(n_bytes: int) -> str:
    """In the units of disks and networks: 20 MB are 20,000,000 bytes."""
    if n_bytes < 1000:
        return translation.ngettext("%(n)d byte", "%(n)d bytes", n_bytes) % {"n": n_bytes}
    unit, name = (1e6, "MB") if n_bytes >= 999_500 else (1e3, "kB")
    shown = round(n_bytes / unit, 1 if n_bytes < 10 * unit else 0)
    return f"{formats.number_format(shown, decimal_pos=0 if shown % 1 == 0 else 1)}\u00a0{name}"


def iso(value: datetime) -> str:
    return value.isoformat()


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def asset(name: str) -> str:
    """The address of a built file by its source name (`entries/site.js`), with its hash."""
    outputs = _outputs(META.stat().st_mtime if settings.DEBUG and META.exists() else 0)
    try:
        return f"{settings.STATIC_URL}{outputs[name]}"
    except KeyError:
        text = f"{name} is not built: run `make build`; there are {sorted(outputs)}."
        raise AssetNotBuiltError(text) from None


@cache
def _outputs(_changed_at: float) -> dict[str, str]:
    """Asset name -> file name below static/dist, from esbuild's metafile."""
    outputs: dict[str, str] = {}
    meta = json.loads(Path(META).read_text()) if META.exists() else {"outputs": {}}
    for path, output in meta["outputs"].items():
        file = path.removeprefix("static/dist/")
        inputs = list(output["inputs"])
        source = output.get("entryPoint") or (inputs[0] if len(inputs) == 1 else "")
        if source and not file.endswith(".map"):
            name = source.removeprefix("static/src/")
            name = name.replace(".ts", ".js") if "entryPoint" in output else name
            outputs.setdefault(name if "entryPoint" in output else name.rpartition("/")[2], file)
    return outputs
