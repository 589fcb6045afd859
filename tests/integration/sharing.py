"""A process among several that miss the same page at once. A script: ADDRESSES STREAM LOG READERS.

It tells when it is ready, when (by the monotonic clock, in s) it makes the page, and at the end how often it
made it. Told `stay`, it is never done with making.
"""

from __future__ import annotations

import asyncio
import sys
import time
from uuid import UUID

import django


def share(addresses: str, stream_id: str, log_id: str, readers: int) -> None:
    from apps.caching.fills import Made
    from apps.caching.reads import Reads
    from apps.store.client import Store
    from tests.caching.nodes import KEY, Log, Process

    log, stream = Log(), UUID(stream_id)
    log.commit(stream, "old")
    log.log_id = UUID(log_id)
    store = Store(addresses.split(","), timeout_s=5)
    store.connect(30)
    process = Process(store, log)
    print("ready", flush=True)
    stays = sys.stdin.readline().strip() == "stay"

    def make(reads: Reads) -> Made:
        print(f"making {time.monotonic()}", flush=True)
        if stays:
            sys.stdin.readline()
        return process.make(reads, stream)

    async def read() -> None:
        fetch = process.fills.fetch
        entries = [fetch(process.memory, stream, KEY, make, process.shared) for _ in range(readers)]
        assert {entry.value for entry in await asyncio.gather(*entries)} == {"old"}

    asyncio.run(read())
    print(f"made {len(process.made)}", flush=True)
    store.close()


if __name__ == "__main__":
    django.setup()
    share(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
