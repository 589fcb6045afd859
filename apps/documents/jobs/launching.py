"""Starting the process of a job."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from uuid import UUID

from django.conf import settings

from ..models.job import State
from .rows import claim, end

logger = logging.getLogger(__name__)


def launch(job_id: UUID) -> None:
    """Detached: it outlives this server, whose settings and log it shares."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_job", str(job_id)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    try:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        logger.exception("job %s could not be started", job_id)
        if claim(job_id):
            end(job_id, State.FAILED)
        return
    threading.Thread(target=process.wait, name="job-end", daemon=True).start()  # or it stays a zombie
