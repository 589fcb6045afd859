"""Running a checklist by its pages, as a browser without scripts does it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.documents.actions.binning import bin_document
from apps.documents.actions.media import add_media, remove_media
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.run_items import note_run_item, photograph_run_item, tick_run_item
from apps.documents.actions.run_terms import assign_run, change_run
from apps.documents.actions.runs import finish_run, start_run, update_run
from apps.documents.actions.saving import save_document
from apps.documents.conf import conf
from apps.documents.media import checked_upload
from apps.documents.models import Document, Media, Run, RunEntry
from apps.documents.selectors.my_runs import my_runs
from apps.documents.selectors.run_lists import PAGE_SIZE
from apps.events.actions import RefusedError
from apps.tenants.actions import remove_member
from apps.tenants.models import Handbook
from tests import given
from tests.accounts.shown import fields
from tests.documents.pictures import picture

pytestmark = pytest.mark.django_db
TASKS = "## Morning\n\n- [ ] (!) Open the *valve*\n- [ ] See [[Gauges]]\n\n## Evening\n\n- [ ] Close all"


@pytest.fixture
def anna():
    return given.person(name="Anna")


@pytest.fixture
def book(anna):
    return given.handbook(anna, "hut", is_public=True)


@pytest.fixture
def reader(anna, book):
    return given.member(anna, book.pk, "reader")


@pytest.fixture
def opening(anna, book):
    return given.page(anna, given.home(book.pk), "Opening", TASKS, publish=True)


@pytest.fixture
def run(anna, opening):
    return start_run(anna, opening.pk)


def client(actor) -> Client:
    signed_in = Client()
    signed_in.force_login(User.objects.get(pk=actor.id))
    return signed_in


def ids(run: Run) -> list[str]:
    return [item["id"] for item in run.items]


def terms(answer: HttpResponse) -> dict[str, str]:
    """What the form of its name and due date sends, as it was drawn."""
    drawn = fields(answer)
    names = ("operation_id", "title", "due_on", "initial-title", "initial-due_on")
    return {"do": "change"} | {name: drawn[name] for name in names}


def work(run: Run) -> str:
    return f"/hut/-/runs/{run.pk}/ticks/"


def read(person: Client, address: str) -> str:
    answer = person.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def words(html: str) -> str:
    """What stands in the main part, tags and spaces apart."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split()).replace(" ,", ",")


def test_from_the_page_to_the_finished_record(anna, reader, opening):
    rosa = client(reader)
    assert 'href="/hut/-/runs/of/' in read(rosa, "/hut/opening/")
    start = f"/hut/-/runs/of/{opening.pk}/start/"
    assert "3 items. They stay as the page says now" in words(read(rosa, start))
    form = {"title": "Opening in May", "due_on": "2026-05-02", "assignee": [str(anna.id)]}
    answer = rosa.post(start, form | {"operation_id": str(uuid4())})
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, work(run))
    assert (run.title, run.due_on, run.started_name) == ("Opening in May", date(2026, 5, 2), "Reader")
    html = read(rosa, work(run))
    assert "<em>valve</em>" in html
    assert '<a class="missing" href="/hut/-/new/?title=Gauges">' in html
    assert words(html).count("Required") == 1
    for verb, item in (("tick", ids(run)[0]), ("skip", ids(run)[1])):
        answer = rosa.post(work(run), {"do": f"{verb} {item}"})
        assert (answer.status_code, answer["Location"]) == (303, f"{work(run)}#item-{item}")
    assert "2 of 3 done" in words(read(rosa, work(run)))
    answer = rosa.post(work(run), {"do": "finish", "name": "R. Reader"})
    assert (answer.status_code, answer["Location"]) == (303, work(run))
    record = words(read(client(anna), f"/hut/-/runs/{run.pk}/"))
    for said in (
        "Started Reader,",
        "Seen to by Anna",
        "Finished R. Reader,",
        "Done: Open the valve Required Reader ·",
        "Not applicable: See Gauges",
        "Not applicable · Reader ·",
        "Open: Close all",
        "Finished by Reader, signed “R. Reader”",
    ):
        assert said in record
    assert "csrf" not in read(client(anna), f"/hut/-/runs/{run.pk}/")


def test_the_same_form_twice_is_one_run(anna, opening):
    form = {"title": "Opening", "operation_id": str(uuid4())}
    start = f"/hut/-/runs/of/{opening.pk}/start/"
    places = {client(anna).post(start, form)["Location"] for _ in range(2)}
    assert len(places) == Run.objects.count() == RunEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": " "}, "A title has 1 to 200 characters; this one has 0."),
        ({"due_on": "soon"}, "“soon” is no date. Write it as 2026-05-31."),
        ({"assignee": [str(uuid4())]}, "Only members of this handbook can be asked to see to it."),
    ],
)
def test_a_start_that_is_refused_gives_back_what_was_typed(anna, opening, sent, said):
    form = {"title": "In May", "due_on": "2026-05-02", "assignee": [str(anna.id)]}
    answer = client(anna).post(f"/hut/-/runs/of/{opening.pk}/start/", form | sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in words(html)
    for name, value in (form | sent).items():
        if isinstance(value, str):
            assert f'name="{name}" id="run-{name}" value="{value}"' in html
    assert Run.objects.count() == 0


def test_finishing_with_required_items_open_names_them_with_links(anna, run):
    answer = client(anna).post(work(run), {"do": "finish", "name": "Anna A."})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "These items must be done before the checklist can be finished." in words(html)
    assert f'<a href="#item-{ids(run)[0]}">Open the valve</a>' in html
    assert 'id="run-name" value="Anna A."' in html
    assert Run.objects.get().finished_at is None


def test_a_second_finish_is_the_same_finish(anna, reader, run):
    tick_run_item(anna, run.pk, ids(run)[0])
    client(anna).post(work(run), {"do": "finish", "name": "Anna"})
    first = Run.objects.get()
    answer = client(reader).post(work(run), {"do": "finish", "name": "Reader"})
    assert answer.status_code == 303
    again = Run.objects.get()
    assert (again.finished_name, again.finished_at) == ("Anna", first.finished_at)
    assert RunEntry.objects.filter(kind="finished").count() == 1


def test_a_tick_on_a_finished_run_is_refused_with_the_way_on(anna, run):
    tick_run_item(anna, run.pk, ids(run)[0])
    finish_run(anna, run.pk)
    answer = client(anna).post(work(run), {"do": f"tick {ids(run)[1]}"})
    assert answer.status_code == 422
    assert "This checklist is finished, so nothing was changed. Reopen it first." in words(
        answer.content.decode()
    )
    assert "Reopen it" in words(answer.content.decode())


def test_what_was_typed_into_a_form_that_is_gone_comes_back_to_be_copied(anna, run, opening):
    tick_run_item(anna, run.pk, ids(run)[0])
    finish_run(anna, run.pk)
    answer = client(anna).post(work(run), {"do": "change", "title": "Opening in June", "due_on": ""})
    assert answer.status_code == 422
    assert "readonly>\nOpening in June</textarea>" in answer.content.decode()
    bin_document(anna, opening.pk)
    answer = client(anna).post(work(run), {"do": "reopen", "reason": "Misread."})
    assert answer.status_code == 422
    assert "readonly>\nMisread.</textarea>" in answer.content.decode()


def test_reopening_wants_a_reason_and_keeps_it(anna, reader, run):
    tick_run_item(anna, run.pk, ids(run)[0])
    finish_run(anna, run.pk)
    refused = client(reader).post(work(run), {"do": "reopen", "reason": "x" * 501})
    assert refused.status_code == 422
    assert "x" * 501 in refused.content.decode()
    assert client(reader).post(work(run), {"do": "reopen", "reason": "Misread."}).status_code == 303
    assert Run.objects.get().finished_at is None
    record = words(read(client(anna), f"/hut/-/runs/{run.pk}/"))
    assert "Finished by Anna, signed “Anna”" in record
    assert "Reopened by Reader: Misread." in record


def test_what_was_unticked_stays_readable(anna, reader, run):
    item = ids(run)[1]
    for person, verb in ((anna, "tick"), (reader, "untick"), (anna, "tick")):
        client(person).post(work(run), {"do": f"{verb} {item}"})
    record = words(read(client(anna), f"/hut/-/runs/{run.pk}/"))
    start = record.index("Done: See Gauges")
    assert re.search(r"Anna · .* Ticked by Anna · .* Opened again by Reader · ", record[start:])


def test_two_buttons_of_one_page_are_two_operations_and_one_pressed_twice_is_one(anna, reader, run):
    page = {"operation_id": str(uuid4())}
    for verb in ("tick", "tick", "untick", "tick"):
        client(anna).post(work(run), page | {"do": f"{verb} {ids(run)[0]}"})
    client(anna).post(work(run), page | {"do": f"tick {ids(run)[1]}"})
    client(anna).post(work(run), page | {"do": "assign", "person": str(reader.id)})
    told = RunEntry.objects.exclude(kind="started").order_by("at").values_list("kind", flat=True)
    assert list(told) == ["ticked", "unticked", "ticked", "assigned"]


def test_a_script_is_answered_with_the_item_alone(anna, run):
    item = ids(run)[1]
    answer = client(anna).post(work(run), {"do": f"tick {item}", "part": "1"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert f'id="item-{item}" data-state="done"' in html
    assert "1 of 3" in html
    tick_run_item(anna, run.pk, ids(run)[0])
    finish_run(anna, run.pk)
    refused = client(anna).post(work(run), {"do": f"untick {item}", "part": "1"})
    assert (refused.status_code, refused["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert refused.content.decode() == "This checklist is finished, so nothing was changed. Reopen it first."


def test_notes_and_photos_are_added_to_each_other(anna, reader, run):
    detail = f"{work(run)}{ids(run)[0]}/"
    photo = BytesIO(picture(900, 600))
    photo.name = "valve.png"
    answer = client(reader).post(detail, {"do": "say", "note": "Stiff <b>\nvery", "file": photo})
    assert (answer.status_code, answer["Location"]) == (303, detail)
    client(anna).post(detail, {"do": "say", "note": "Oiled."})
    html = read(client(anna), f"/hut/-/runs/{run.pk}/")
    assert '<p class="run-note">Stiff &lt;b&gt;\nvery</p>' in html
    assert html.index("Stiff") < html.index("Oiled.")
    media = Media.objects.get()
    assert media.for_members is True
    assert f'<img src="/hut/-/media/{media.digest}/valve.png?w=640" alt=""' in html
    assert '<span class="visually-hidden">Photo by Reader: Open the valve</span>' in html


def test_ticking_keeps_what_was_written_beside_it(anna, run):
    form = {"do": "tick", "note": "Stiff.", "operation_id": str(uuid4())}
    assert client(anna).post(f"{work(run)}{ids(run)[0]}/", form).status_code == 303
    assert set(RunEntry.objects.values_list("kind", flat=True)) >= {"noted", "ticked"}


def test_the_same_detail_form_twice_is_one_note(anna, run):
    form = {"do": "say", "note": "Stiff.", "operation_id": str(uuid4())}
    for _ in range(2):
        assert client(anna).post(f"{work(run)}{ids(run)[0]}/", form).status_code == 303
    assert RunEntry.objects.filter(kind="noted").count() == 1


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("words.txt", b"no picture", 422, "“words.txt” is not a picture that can be shown."),
        ("broken.png", b"\x89PNG\r\n\x1a\nbroken", 422, "“broken.png” is a broken image."),
        ("large.png", None, 413, "“large.png” is larger than"),
    ],
)
def test_a_photo_that_is_refused_gives_the_note_back(anna, run, name, data, status, said):
    photo = BytesIO(b"x" * (conf.max_upload_bytes + 1) if data is None else data)
    photo.name = name
    answer = client(anna).post(f"{work(run)}{ids(run)[0]}/", {"do": "say", "note": "Look.", "file": photo})
    assert answer.status_code == status
    html = answer.content.decode()
    assert said in words(html)
    assert ">\nLook.</textarea>" in html
    assert RunEntry.objects.filter(kind__in=["noted", "photographed"]).count() == Media.objects.count() == 0


def test_a_note_to_a_finished_run_comes_back_to_be_copied(anna, run):
    tick_run_item(anna, run.pk, ids(run)[0])
    finish_run(anna, run.pk)
    answer = client(anna).post(f"{work(run)}{ids(run)[0]}/", {"do": "say", "note": "Too late."})
    assert answer.status_code == 422
    assert "readonly>\nToo late.</textarea>" in answer.content.decode()


def test_a_note_after_leaving_the_handbook_comes_back_too(anna, reader, run):
    rosa = client(reader)
    remove_member(anna, run.handbook_id, reader.id)
    answer = rosa.post(f"{work(run)}{ids(run)[0]}/", {"do": "say", "note": "I wrote this."})
    assert answer.status_code == 403
    assert "I wrote this.</textarea>" in answer.content.decode()


def test_a_photo_is_for_members_of_a_public_handbook_too(anna, reader, run):
    upload = checked_upload("a.png", picture(9, 9))
    photograph_run_item(anna, run.pk, ids(run)[0], upload)
    address = f"/hut/-/media/{upload.digest}/a.png"
    answer = client(reader).get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    for other in (Client(), client(given.person())):
        refused, nothing = other.get(address), other.get(f"/hut/-/media/{'0' * 20}/a.png")
        assert (refused.status_code, refused.content) == (404, nothing.content)
    assert "a.png" not in read(client(anna), "/hut/-/media/")
    add_media(anna, run.handbook_id, upload)
    assert Client().get(address).status_code == 200
    remove_media(anna, Media.objects.get().pk)
    assert Client().get(address).status_code == 404
    assert client(reader).get(address).status_code == 200


def test_nothing_of_a_run_is_told_to_visitors(run, opening):
    visitor = Client()
    for address in (
        "/hut/-/runs/",
        f"/hut/-/runs/of/{opening.pk}/",
        f"/hut/-/runs/{run.pk}/",
        work(run),
        f"{work(run)}{ids(run)[0]}/",
        f"/hut/-/runs/of/{opening.pk}/start/",
    ):
        answer = visitor.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/-/sign-in/?next={address}")
    assert visitor.post(work(run), {"do": f"tick {ids(run)[0]}"}).status_code == 403
    part = visitor.get(f"/hut/-/runs/of/{opening.pk}/open/").content.decode().strip()
    assert part == '<span class="runs-none">A checklist. Members can run it.</span>'
    assert "Anna" not in visitor.get("/hut/opening/").content.decode()


def test_by_guessed_id_there_is_nothing_in_another_handbook(anna, run, opening):
    given.handbook(anna, "other")
    other = client(anna)
    nothing = other.get("/other/-/runs/of/nothing/")
    assert nothing.status_code == 404
    for path in (
        f"{run.pk}/",
        f"{run.pk}/ticks/",
        f"{run.pk}/ticks/{ids(run)[0]}/",
        f"of/{opening.pk}/",
        f"of/{opening.pk}/start/",
    ):
        answer = other.get(f"/other/-/runs/{path}")
        assert (answer.status_code, answer.content) == (404, nothing.content), path
    assert other.post(f"/other/-/runs/{run.pk}/ticks/", {"do": f"tick {ids(run)[0]}"}).status_code == 404
    assert other.get(f"/other/-/runs/of/{opening.pk}/open/").content.decode().count("Opening") == 0
    assert RunEntry.objects.exclude(kind="started").count() == 0


def test_strangers_find_nothing_of_a_private_handbook(anna):
    private = given.handbook(anna, "private")
    page = given.page(anna, given.home(private.pk), "Opening", TASKS, publish=True)
    run = start_run(anna, page.pk)
    stranger = client(given.person())
    for path in (f"{run.pk}/", f"{run.pk}/ticks/", "", f"of/{page.pk}/", f"of/{page.pk}/open/"):
        assert stranger.get(f"/private/-/runs/{path}").status_code == 404, path


def test_runs_of_a_draft_and_of_the_bin_are_for_editors(anna, reader, run, opening):
    anna_s, rosa = client(anna), client(reader)
    record, listed = f"/hut/-/runs/{run.pk}/", "/hut/-/runs/"
    assert "Opening" in words(read(rosa, listed))
    for hide in (unpublish_document, bin_document):
        hide(anna, opening.pk)
        for address in (record, work(run), f"{work(run)}{ids(run)[0]}/", f"/hut/-/runs/of/{opening.pk}/"):
            assert rosa.get(address).status_code == 404, address
        assert rosa.post(work(run), {"do": f"tick {ids(run)[0]}"}).status_code == 404
        assert "Opening" not in words(read(rosa, listed))
        assert anna_s.get(record).status_code == 404
        assert "Open the" in words(read(anna_s, work(run)))
    assert "is in the bin, so it can only be read" in words(read(anna_s, work(run)))
    refused = anna_s.post(work(run), {"do": f"tick {ids(run)[0]}"})
    assert refused.status_code == 422
    assert "is in the bin. Put it back first." in words(refused.content.decode())


def test_a_run_whose_page_is_hidden_leads_to_lists_that_are_there(anna, run, opening):
    def crumb() -> str:
        return re.search(r'href="([^"]+)">Checklists</a>', read(client(anna), work(run)))[1]

    assert crumb() == f"/hut/-/runs/of/{opening.pk}/"
    for hide in (unpublish_document, bin_document):
        hide(anna, opening.pk)
        assert crumb() == "/hut/-/runs/"
    assert read(client(anna), crumb())


def test_an_item_that_is_closed_says_why(anna, run, opening):
    anna_s, detail = client(anna), f"{work(run)}{ids(run)[1]}/"
    finished = "This checklist is finished. Reopen it to add something."
    binned = "The page of this checklist is in the bin, so it can only be read."
    gone = "The text of this checklist does not have this item any more, so it can only be read."

    def said() -> list[str]:
        html = read(anna_s, detail)
        assert ('name="note"' in html) is not any(each in html for each in (finished, binned, gone))
        return [each for each in (finished, binned, gone) if each in html]

    assert said() == []
    tick_run_item(anna, run.pk, ids(run)[1])
    newer_text(anna, opening, "- [ ] (!) Open the *valve*\n- [ ] Close all")
    update_run(anna, run.pk, revision_id=Document.objects.get(pk=opening.pk).revision_id)
    assert said() == [gone]
    tick_run_item(anna, run.pk, ids(run)[0])
    finish_run(anna, run.pk)
    assert said() == [finished]
    bin_document(anna, opening.pk)
    assert said() == [binned]


def newer_text(anna, page, source: str) -> None:
    row = Document.objects.get(pk=page.pk)
    save_document(anna, row.pk, title=row.title, source=source, base_revision_id=row.revision_id)


def test_a_newer_text_is_offered_and_never_forced(anna, reader, run, opening):
    tick_run_item(anna, run.pk, ids(run)[0])
    note_run_item(reader, run.pk, ids(run)[1], text="Shaky.")
    newer_text(anna, opening, "- [ ] (!) Open the *valve*\n- [ ] Sweep\n- [ ] Close all")
    html = read(client(reader), work(run))
    assert "The page has a newer text." in words(html)
    assert "Gauges" in words(html)
    assert "Sweep" not in words(html)
    revision = re.search(r'name="revision" value="([^"]+)"', html)[1]
    answer = client(reader).post(work(run), {"do": "update", "revision": revision})
    assert answer.status_code == 303
    html = words(read(client(reader), work(run)))
    assert "1 of 3 done" in html
    assert "Sweep" in html
    assert "newer text." not in html.replace("follows the newer text", "")
    assert re.search(r"No longer in the text Open: See Gauges .*Shaky. Reader", html)
    assert "Reader took over revision 2 of the text" in html
    after = Run.objects.get()
    assert [(item["label"], item["gone"]) for item in after.items] == [
        ("Open the valve", False),
        ("Sweep", False),
        ("Close all", False),
        ("See Gauges", True),
    ]
    assert ids(after)[0] == ids(run)[0]


def test_lists_have_open_and_finished_runs_apart(anna, run, opening, book):
    other = given.page(anna, given.home(book.pk), "Closing", "- [ ] Lock", publish=True)
    done = start_run(anna, other.pk, title="Closing in May")
    finish_run(anna, done.pk, name="A. A.")
    anna_s = client(anna)
    assert "Opening" in words(read(anna_s, "/hut/-/runs/"))
    assert "Closing in May" not in words(read(anna_s, "/hut/-/runs/"))
    finished = words(read(anna_s, "/hut/-/runs/?state=finished"))
    assert "Closing in May Closing · A. A. ·" in finished
    assert "Opening" not in finished.replace("Checklists: Guide", "")
    assert "No checklist is open" in words(read(anna_s, f"/hut/-/runs/of/{other.pk}/"))
    assert "Closing in May" in words(read(anna_s, f"/hut/-/runs/of/{other.pk}/?state=finished"))
    assert f"/hut/-/runs/of/{other.pk}/start/" in read(anna_s, f"/hut/-/runs/of/{other.pk}/")


def test_lists_go_on_by_pages(anna, opening, book):
    started = [start_run(anna, opening.pk, title=f"Run {n:03}") for n in range(PAGE_SIZE + 2)]
    first = read(client(anna), "/hut/-/runs/")
    assert re.findall(r">(Run \d+)</a>", first) == [run.title for run in started[:1:-1]]
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert re.findall(r">(Run \d+)</a>", read(client(anna), older)) == ["Run 001", "Run 000"]


def test_the_page_shows_its_open_runs_to_members(anna, reader, run, opening):
    html = read(client(reader), f"/hut/-/runs/of/{opening.pk}/open/")
    assert f'href="{work(run)}"' in html
    assert "0 of 3" in html
    finish = Run.objects.get()
    tick_run_item(anna, finish.pk, ids(run)[0])
    finish_run(anna, run.pk)
    assert work(run) not in read(client(reader), f"/hut/-/runs/of/{opening.pk}/open/")


def test_only_pages_with_tasks_offer_a_run(anna, book, opening):
    given.page(anna, given.home(book.pk), "Words", "No tasks.", publish=True)
    assert "/-/runs/" not in read(Client(), "/hut/words/")
    assert f"/hut/-/runs/of/{opening.pk}/" in read(Client(), "/hut/opening/")


def test_the_menu_leads_members_to_checklists(anna, reader, book):
    assert 'href="/hut/-/runs/"' in read(client(reader), "/hut/-/bar/")
    assert 'href="/hut/-/runs/"' in read(client(reader), "/hut/-/more/")
    assert "/-/runs/" not in read(Client(), "/hut/-/bar/")


def test_the_menu_leads_members_to_where_they_can_leave(anna, reader, book):
    assert "Your membership" in read(client(reader), "/hut/-/more/")
    assert "Your membership" not in read(client(anna), "/hut/-/more/")
    assert "/-/members/" not in read(Client(), "/hut/-/bar/")


def test_who_sees_to_it_changes_by_its_own_forms(anna, reader, run):
    rosa = client(reader)
    assert rosa.post(work(run), {"do": "assign", "person": str(anna.id)}).status_code == 303
    assert "Seen to by Anna" in words(read(rosa, work(run)))
    assert rosa.post(work(run), {"do": f"unassign {anna.id}"}).status_code == 303
    assert "Anna released" not in words(read(rosa, work(run)))
    assert "Reader asked Anna to see to it" in words(read(rosa, work(run)))
    assert "Reader released Anna from it" in words(read(rosa, work(run)))
    answer = rosa.post(work(run), {"do": "change", "title": "In May", "due_on": "2026-05-02"})
    assert answer.status_code == 303
    assert (Run.objects.get().title, Run.objects.get().due_on) == ("In May", date(2026, 5, 2))
    answer = rosa.post(work(run), {"do": "change", "title": " ", "due_on": "2026-06-01"})
    assert answer.status_code == 422
    assert 'value="2026-06-01"' in answer.content.decode()
    assert rosa.post(work(run), {"do": "dance"}).status_code == 422


def test_two_who_change_its_terms_take_nothing_back_from_each_other(anna, reader, run):
    first, second = client(anna), client(reader)
    forms = [terms(who.get(work(run))) for who in (first, second)]
    first.post(work(run), {**forms[0], "title": "In May"})
    assert second.post(work(run), {**forms[1], "due_on": "2026-05-02"}).status_code == 303
    assert (Run.objects.get().title, Run.objects.get().due_on) == ("In May", date(2026, 5, 2))
    refused = second.post(work(run), {**forms[1], "title": "In June"})
    assert refused.status_code == 422
    said = "Meanwhile somebody else changed this to “In May”. Save again to have it as it stands here."
    html = refused.content.decode()
    assert f'<a href="#run-title">Name of this checklist: {said}</a>' in html
    assert re.search(r"<details class=\"whole\" open>\s*<summary>Who sees to it", html)
    form = terms(refused)
    assert (form["title"], form["due_on"]) == ("In June", "2026-05-02")
    assert Run.objects.get().title == "In May"
    assert second.post(work(run), form).status_code == 303
    assert (Run.objects.get().title, Run.objects.get().due_on) == ("In June", date(2026, 5, 2))


def test_terms_that_changed_at_the_same_moment_are_not_overwritten(anna, run):
    with pytest.raises(RefusedError, match="saved this at the same moment"):
        change_run(anna, run.pk, was={"due_on": date(2026, 5, 2)}, due_on=None)
    assert [entry.kind for entry in RunEntry.objects.all()] == ["started"]


def test_my_work_has_ones_open_runs_those_that_are_due_first(anna, reader, run, opening):
    today = timezone.localdate()
    later = start_run(anna, opening.pk, title="Later", due_on=today + timedelta(days=3))
    late = start_run(anna, opening.pk, title="Late", due_on=today - timedelta(days=1))
    for each in (later, late):
        assign_run(anna, each.pk, person_id=reader.id)
    mine = [(row.title, row.is_overdue, row.is_assigned) for row in my_runs(reader)]
    assert mine == [("Late", True, True), ("Later", False, True)]
    assert [row.title for row in my_runs(anna)] == ["Late", "Later", "Opening"]
    tick_run_item(anna, late.pk, late.items[0]["id"])
    finish_run(anna, late.pk)
    assert [row.title for row in my_runs(reader)] == ["Later"]
    unpublish_document(anna, opening.pk)
    assert my_runs(reader) == ()
    assert [row.title for row in my_runs(anna)] == ["Later", "Opening"]
    remove_member(anna, run.handbook_id, reader.id)
    assert my_runs(reader) == ()


def furnish(anna, book: Handbook, items: int) -> Run:
    text = "\n".join(f"- [ ] Step {n} of [[Page {n % 9}]]" for n in range(items))
    page = given.page(anna, given.home(book.pk), f"Many {items}", text, publish=True)
    run = start_run(anna, page.pk, assignee_ids=[anna.id])
    for item in ids(run)[: items // 2]:
        tick_run_item(anna, run.pk, item)
    for item in ids(run)[:5]:
        note_run_item(anna, run.pk, item, text="Said.")
    photograph_run_item(anna, run.pk, ids(run)[0], checked_upload("a.png", picture(items, 2)))
    return run


@pytest.mark.parametrize("kind", ["record", "work", "item", "list", "of", "open", "start"])
def test_queries_do_not_grow(anna, book, kind):
    anna_s = client(anna)

    def count(run: Run) -> int:
        here = f"/hut/-/runs/of/{run.document_id}/"
        addresses = {
            "record": f"/hut/-/runs/{run.pk}/",
            "work": work(run),
            "item": f"{work(run)}{ids(run)[0]}/",
            "list": "/hut/-/runs/",
            "of": here,
            "open": f"{here}open/",
            "start": f"{here}start/",
        }
        with CaptureQueriesContext(connection) as queries:
            assert anna_s.get(addresses[kind]).status_code == 200
        return len(queries)

    few = count(furnish(anna, book, 4))
    assert count(furnish(anna, book, 60)) == few <= 12
