import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, type Edit, insertAfter, insertBlock } from "../../../static/src/editor/commands.ts";

/** "a [b] c": the text with its selection in brackets, "|" for a caret. */
function marked(shown: string): Edit {
  const start = shown.search(/[[|]/);
  const text = shown.replace(/[[\]|]/g, "");
  const end = shown[start] === "|" ? start : shown.indexOf("]") - 1;
  return { text, start, end };
}

function run(name: string, edit: Edit): Edit {
  const command = COMMANDS[name];
  assert.ok(command, name);
  return command(edit);
}

const CASES: readonly [string, string, string, string][] = [
  ["bold", "wraps the selection", "a [b] c", "a **[b]** c"],
  ["bold", "takes the marks away again", "a **[b]** c", "a [b] c"],
  ["bold", "leaves the caret between the marks", "a | c", "a **|** c"],
  ["italic", "wraps the selection", "[word]", "*[word]*"],
  ["code", "wraps words of one line", "run [ls] now", "run `[ls]` now"],
  ["heading", "marks the line of the caret", "one\ntw|o", "one\n## tw|o"],
  ["heading", "takes any level away", "### tw|o", "tw|o"],
  ["bullets", "marks every selected line", "[one\ntwo]", "[- one\n- two]"],
  ["bullets", "leaves blank lines alone", "[one\n\ntwo]", "[- one\n\n- two]"],
  ["bullets", "unmarks when all have it", "[- one\n* two]", "[one\ntwo]"],
  ["numbers", "counts from one", "[one\ntwo\nthree]", "[1. one\n2. two\n3. three]"],
  ["numbers", "replaces bullets", "[- one\n- two]", "[1. one\n2. two]"],
  ["quote", "replaces a heading", "[## one]", "[> one]"],
];

for (const [name, does, before, after] of CASES) {
  test(`${name} ${does}`, () => assert.deepEqual(run(name, marked(before)), marked(after)));
}

test("a task list replaces bullets and goes away when asked again", () => {
  const tasks = run("tasks", marked("[- one\n- two]"));
  assert.equal(tasks.text, "- [ ] one\n- [ ] two");
  assert.equal(run("tasks", tasks).text, "one\ntwo");
});

test("a list mark on an empty line waits for words", () => {
  assert.deepEqual(run("bullets", { text: "", start: 0, end: 0 }), { text: "- ", start: 2, end: 2 });
});

test("a link asks for the address when words are selected", () => {
  const edit = run("link", { text: "see here", start: 4, end: 8 });
  assert.equal(edit.text, "see [here](https://)");
  assert.equal(edit.text.slice(edit.start, edit.end), "https://");
});

test("a link asks for the words when an address is selected", () => {
  const edit = run("link", { text: "https://example.org", start: 0, end: 19 });
  assert.deepEqual(edit, { text: "[](https://example.org)", start: 1, end: 1 });
});

test("a link without a selection puts the caret where its words go", () => {
  assert.deepEqual(run("link", { text: "", start: 0, end: 0 }), { text: "[](https://)", start: 1, end: 1 });
});

test("several lines of code become a fenced block of their own", () => {
  const edit = run("code", { text: "before\na\nb\nafter", start: 7, end: 10 });
  assert.equal(edit.text, "before\n\n```\na\nb\n```\n\nafter");
});

test("a callout quotes what was selected and offers its kind", () => {
  const edit = run("callout", { text: "one\ntwo", start: 0, end: 7 });
  assert.equal(edit.text, "> [!NOTE]\n> one\n> two");
  assert.equal(edit.text.slice(edit.start, edit.end), "NOTE");
});

test("a table is set apart by blank lines", () => {
  const edit = run("table", { text: "words", start: 5, end: 5 });
  assert.equal(edit.text, "words\n\n| A | B |\n|---|---|\n|   |   |");
  assert.equal(edit.text.slice(edit.start, edit.end), "A");
});

test("a block between paragraphs adds no more blank lines than it needs", () => {
  const edit = insertBlock({ text: "one\n\n\n\ntwo", start: 5, end: 5 }, "X");
  assert.equal(edit.text, "one\n\nX\n\ntwo");
});

test("a picture is written after the selection and replaces nothing", () => {
  assert.deepEqual(insertAfter({ text: "| A |", start: 2, end: 3 }, "!"), {
    text: "| A! |",
    start: 4,
    end: 4,
  });
});

test("a file stands apart from the picture before it", () => {
  const { text } = insertAfter({ text: "![pic](/a.png)", start: 14, end: 14 }, "[b](/b.pdf)");
  assert.equal(text, "![pic](/a.png) [b](/b.pdf)");
  assert.equal(insertAfter({ text: "(see )", start: 5, end: 5 }, "[b](/b)").text, "(see [b](/b))");
});

test("every command that marks text gives the same text when run twice", () => {
  const plain: Edit = { text: "first\nsecond line\nthird", start: 6, end: 17 };
  for (const name of ["bold", "italic", "code", "heading", "bullets", "numbers", "tasks", "quote"]) {
    assert.equal(run(name, run(name, plain)).text, plain.text, name);
  }
});
