"""After a restored backup, every stream has another log id and goes on at its position."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from apps.events.models import Stream
from tests import given

pytestmark = pytest.mark.django_db


def test_every_stream_gets_another_log_id_and_keeps_its_position(capsys: pytest.CaptureFixture[str]) -> None:
    given.handbook(given.person())
    before = {stream.pk: (stream.log_id, stream.position) for stream in Stream.objects.all()}
    call_command("renew_log")
    after = {stream.pk: (stream.log_id, stream.position) for stream in Stream.objects.all()}
    assert {id: position for id, (_, position) in after.items()} == {
        id: position for id, (_, position) in before.items()
    }
    assert not {log_id for log_id, _ in before.values()} & {log_id for log_id, _ in after.values()}
    assert capsys.readouterr().out == f"{len(before)} streams have a new log id.\n"
