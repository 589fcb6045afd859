import subprocess
import urllib.request

import pytest

COUNT = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
ADD = "from django.contrib.sessions.backends.db import SessionStore; SessionStore().create()"


def answers(url: str) -> int:
    with urllib.request.urlopen(f"{url}/-/health/", timeout=60) as answer:
        return int(answer.status)


def test_a_site_answers_after_a_kill_and_a_new_start_on_the_same_address(new_site):
    site = new_site()
    site.start()
    assert answers(site.url) == 200, site.log()
    site.kill()
    with pytest.raises(OSError, match="refused"):
        answers(site.url)
    site.start()
    assert answers(site.url) == 200, site.log()
    site.stop()


def test_a_site_that_cannot_start_says_why(new_site):
    site = new_site(CAIRN_EMAIL_PORT="none")
    with pytest.raises(RuntimeError, match="CAIRN_EMAIL_PORT='none'"):
        site.start()


def test_sites_share_no_data(new_site):
    one, other = new_site(), new_site()
    one.python(ADD)
    assert (one.python(COUNT), other.python(COUNT)) == ("1\n", "0\n")


def test_a_refused_command_shows_what_it_printed(new_site):
    with pytest.raises(subprocess.CalledProcessError) as refused:
        new_site().manage("no_such_command")
    assert "Unknown command: 'no_such_command'" in refused.value.stderr
