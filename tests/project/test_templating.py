import pytest
from django.utils import translation

from project.templating import filesize


@pytest.mark.parametrize(
    ("n_bytes", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1\u00a0kB"),
        (1_740, "1.7\u00a0kB"),
        (9_990, "10\u00a0kB"),
        (999_499, "999\u00a0kB"),
        (999_600, "1\u00a0MB"),
        (1_500_000, "1.5\u00a0MB"),
        (20_000_000, "20\u00a0MB"),
    ],
)
def test_sizes_are_said_in_units_of_a_thousand(n_bytes, said):
    assert filesize(n_bytes) == said


def test_sizes_are_said_with_the_comma_of_the_language():
    with translation.override("de"):
        assert filesize(1_740) == "1,7\u00a0kB"
