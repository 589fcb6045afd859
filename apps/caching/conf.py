"""Settings of caches."""

from dataclasses import dataclass

from apps.conf import load, setting

PREFIX = "CAIRN_CACHING"


@dataclass(frozen=True)
class CachingConf:
    memory_mb: int = setting(1000, "Memory for cached pages on this machine, in MB.", least=1)
    processes: int = setting(1, "Server processes on this machine; they share that memory out.", least=1)
    reader_threads: int = setting(4, "Threads of a process that render what its memory lacks.", least=1)


conf = load(CachingConf, PREFIX)
