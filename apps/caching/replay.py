"""Bringing the index in Redis as far as somebody has heard: by who commits, at once; by the relay, what a
crash left; by a reader who finds it behind, before it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from apps.events.follower import Cursor
from apps.events.models import Event
from apps.store.client import StoreUnavailableError

from .hearing import REPLAY_MAX, Log, marks_told
from .marks import Marks, Presence
from .shared_index import AT_ONCE, SharedIndex


class Replay:
    """All of it may run twice, anywhere. Called on threads that may read the database."""

    def __init__(self, index: SharedIndex, log: Log, presence: Callable[[], Presence]) -> None:
        self._index = index
        self._log = log
        self._presence = presence

    def bring(self, stream: UUID, until: Cursor) -> None:
        """Raises StoreUnavailableError. Too far behind, or of another log, an index begins anew."""
        known = self._index.heard(stream)
        if known is None or known.log_id != until.log_id:
            self._index.contact(stream, until)
        elif known.position < until.position:
            start = max(known.position, until.position - REPLAY_MAX)
            events = self._marked(self._log.after(stream, start))
            heard = self._index.advance(stream, until.log_id, events) if events else known.position
            if heard < until.position:  # the events of a thinned out log do not tell all
                self._index.restart(stream, until)

    def hear(self, events: Sequence[Event]) -> None:
        """What this process has just committed. It waits for no answer."""
        streams: dict[UUID, list[Event]] = defaultdict(list)
        for event in events:
            streams[event.stream_id].append(event)
        for stream, some in streams.items():
            log_id = some[0].log_id
            if log_id is not None and len(some) <= AT_ONCE:  # of more, the relay brings them
                self._index.follow(stream, log_id, self._marked(some))

    def apply(self, event: Event) -> None:
        """For the relay. Without Redis, or an index that somebody uses, there is nothing to do: readers find
        it behind."""
        try:
            known = self._index.heard(event.stream_id)
            if known is not None and known.position < event.position:
                self.bring(event.stream_id, self._log.cursor(event.stream_id))
        except StoreUnavailableError:
            pass  # the client counted it and said so

    def _marked(self, events: Iterable[Event]) -> list[tuple[int, Marks]]:
        presence = self._presence()
        return [(event.position, marks_told(event, presence)) for event in events]
