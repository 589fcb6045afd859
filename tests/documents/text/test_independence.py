from __future__ import annotations

import subprocess
import sys


def test_the_text_engine_needs_no_django() -> None:
    program = (
        "import sys, apps.documents.text; print([name for name in sys.modules if name.startswith('django')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
