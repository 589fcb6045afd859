"""Settings of rendering."""

from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_RENDERING"


@dataclass(frozen=True)
class RenderingConf:
    part_threads: int = setting(4, "Threads of a process that make the later parts of pages.", least=1)
    part_patience_ms: int = setting(
        30,
        "How long a page that is ready waits for its later parts before it is sent without, in ms.",
        least=0,
    )


conf = load(RenderingConf, PREFIX)
