"""Which rows readers see, as a model says it."""

import pytest
from django.utils import timezone

from apps.documents.models import Document
from apps.documents.selectors.links import readable
from apps.events.tracked import Tracked
from apps.queries.plans import sides_of
from tests import given


@pytest.mark.django_db
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("binned", [True, False])
def test_a_row_and_the_database_tell_the_same(*, published: bool, binned: bool) -> None:
    home = given.home(given.handbook(given.person()).pk)
    now = timezone.now()
    row = Document(title="Page", published_at=now if published else None, binned_at=now if binned else None)
    assert row.is_visible() is (published and not binned)
    assert home.is_visible()
    assert Document.objects.filter(readable(), pk=home.pk).exists()


def test_the_columns_that_decide_are_those_of_the_conditions() -> None:
    assert Document.presence == ("binned_at", "published_at")
    assert sides_of(Document, readable()) == ("",)


def test_a_condition_that_a_row_cannot_tell_by_itself_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Late\.visible: 'at__gte' is neither a column nor its __isnull"):
        type(
            "Late",
            (Tracked,),
            {
                "__module__": __name__,
                "Meta": type("Meta", (), {"app_label": "events", "abstract": True}),
                "visible": {"at__gte": 5},
            },
        )
