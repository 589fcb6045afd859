"""The tasks of a text: their ids, words and places."""

from __future__ import annotations

from dataclasses import replace

from apps.documents.text import Task, compose, has_tasks, tasks_of

TEXT = """# Opening

- [ ] Look at the *roof* and [[Chimney]][^1]
- [x] (!) Turn **it** off
  - [ ] below, `code`
  - no task

## Not here

Words.

### Spring

> 1. [ ] quoted <b>

## Evening

- [ ] (!)

[^1]: Words.
"""


def told(tasks: tuple[Task, ...]) -> list[tuple[str, bool, int, tuple[tuple[int, str], ...]]]:
    return [(task.html, task.is_required, task.depth, task.headings) for task in tasks]


def test_tasks_are_in_order_with_their_words_depth_and_headings() -> None:
    assert told(tasks_of(compose(TEXT).blocks)) == [
        ('Look at the <em>roof</em> and <a data-page="chimney"></a>', False, 0, ((1, "Opening"),)),
        ("Turn <strong>it</strong> off", True, 0, ()),
        ("below, <code>code</code>", False, 1, ()),
        ("quoted &lt;b&gt;", False, 0, ((2, "Not here"), (3, "Spring"))),
        ("", True, 0, ((2, "Evening"),)),
    ]


def test_tasks_have_the_ids_of_the_stored_text() -> None:
    blocks = compose(TEXT).blocks
    assert [task.id for task in tasks_of(blocks)] == [item.id for block in blocks for item in block.items]


def test_labels_are_words_alone() -> None:
    labels = [task.label for task in tasks_of(compose("- [ ] (!) *Turn* `it` [off](/a)").blocks)]
    assert labels == ["Turn it off"]


def test_what_is_read_otherwise_than_when_it_was_stored_is_shown_as_typed() -> None:
    (block,) = compose("- [ ] Turn *it* off").blocks
    other = replace(block, items=(replace(block.items[0], text="Turn <it> off"),))
    (task,) = tasks_of([other])
    assert (task.html, task.label) == ("Turn &lt;it&gt; off", "Turn <it> off")


def test_headings_of_one_level_follow_each_other() -> None:
    source = "## A\n\n- [ ] 1\n\n### B\n\n- [ ] 2\n\n- [ ] 3\n\n## C\n\n### D\n\n- [ ] 4"
    assert [task.headings for task in tasks_of(compose(source).blocks)] == [
        ((1, "A"),),
        ((2, "B"),),
        (),
        ((1, "C"), (2, "D")),
    ]


def test_stored_html_says_whether_it_holds_tasks() -> None:
    assert has_tasks(compose("- [ ] a").html) is True
    assert has_tasks(compose('1. a\n\n`<li class="task"`').html) is False
