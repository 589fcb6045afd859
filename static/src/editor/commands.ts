/** What the toolbar does, as pure functions from (text, selection) to (text, selection). Doing a thing twice undoes it. */

export interface Edit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
export type Command = (edit: Edit) => Edit;

const ANY_MARK = /^(?:#{1,6} |> |[-*+] \[[ xX]\] |[-*+] |\d+[.)] )/;

function replaceRange(
  edit: Edit,
  from: number,
  to: number,
  middle: string,
  start: number,
  end: number,
): Edit {
  return { text: edit.text.slice(0, from) + middle + edit.text.slice(to), start, end };
}

/** Puts `mark` around the selection, or takes it away; without a selection the caret ends up between. */
export function around(mark: string): Command {
  return (edit) => {
    const { text, start, end } = edit;
    const size = mark.length;
    const inner = text.slice(start, end);
    const isMarked = text.slice(start - size, start) === mark && text.slice(end, end + size) === mark;
    if (isMarked) return replaceRange(edit, start - size, end + size, inner, start - size, end - size);
    return replaceRange(edit, start, end, mark + inner + mark, start + size, end + size);
  };
}

function lineBounds({ text, start, end }: Edit): [number, number] {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const to = text.indexOf("\n", end > start && text[end - 1] === "\n" ? end - 1 : end);
  return [from, to === -1 ? text.length : to];
}

/** Starts every selected line with a mark of one kind in place of any other; takes it away when all have it. */
export function atLines(mark: (index: number) => string, has: RegExp): Command {
  return (edit) => {
    const [from, to] = lineBounds(edit);
    const lines = edit.text.slice(from, to).split("\n");
    const written = lines.filter((line) => line.trim() !== "");
    const all = written.length > 0 && written.every((line) => has.test(line));
    let count = 0;
    const changed = lines.map((line) => {
      if (line.trim() === "" && lines.length > 1) return line;
      const bare = line.replace(ANY_MARK, "");
      return all ? bare : mark(count++) + bare;
    });
    const middle = changed.join("\n");
    const isCaret = edit.start === edit.end;
    const caret = Math.max(from, edit.start + middle.length - (to - from));
    return replaceRange(
      edit,
      from,
      to,
      middle,
      isCaret ? caret : from,
      isCaret ? caret : from + middle.length,
    );
  };
}

/**
 * Written after the selection, within the line: a picture may belong into a sentence or a cell of a table. A space keeps it
 * from a link or a picture that ends there.
 */
export function insertAfter({ text, end }: Edit, words: string): Edit {
  const before = text.slice(0, end);
  const added = /\]\([^()\n]*\)$/.test(before) ? ` ${words}` : words;
  const caret = end + added.length;
  return { text: before + added + text.slice(end), start: caret, end: caret };
}

/** A block of its own: blank lines around it, and `select` within it selected. */
export function insertBlock(edit: Edit, block: string, select = ""): Edit {
  const before = edit.text.slice(0, edit.start);
  const after = edit.text.slice(edit.end);
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after === "" || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const from = edit.start + lead.length + (select ? block.indexOf(select) : block.length);
  return replaceRange(edit, edit.start, edit.end, lead + block + tail, from, from + select.length);
}

const link: Command = (edit) => {
  const label = edit.text.slice(edit.start, edit.end);
  if (/^https?:\/\/\S+$/.test(label))
    return replaceRange(edit, edit.start, edit.end, `[](${label})`, edit.start + 1, edit.start + 1);
  const address = edit.start + label.length + 3;
  return replaceRange(
    edit,
    edit.start,
    edit.end,
    `[${label}](https://)`,
    label ? address : edit.start + 1,
    label ? address + 8 : edit.start + 1,
  );
};

const code: Command = (edit) => {
  const inner = edit.text.slice(edit.start, edit.end);
  return inner.includes("\n")
    ? insertBlock(edit, `\`\`\`\n${inner.replace(/\n$/, "")}\n\`\`\``)
    : around("`")(edit);
};

const callout: Command = (edit) => {
  const inner = edit.text.slice(edit.start, edit.end) || "…";
  return insertBlock(edit, `> [!NOTE]\n> ${inner.split("\n").join("\n> ")}`, "NOTE");
};

export const COMMANDS: Readonly<Record<string, Command>> = {
  heading: atLines(() => "## ", /^#{1,6} /),
  bold: around("**"),
  italic: around("*"),
  link,
  bullets: atLines(() => "- ", /^[-*+] (?!\[[ xX]\] )/),
  numbers: atLines((index) => `${index + 1}. `, /^\d+[.)] /),
  tasks: atLines(() => "- [ ] ", /^[-*+] \[[ xX]\] /),
  quote: atLines(() => "> ", /^> /),
  code,
  callout,
  table: (edit) => insertBlock(edit, "| A | B |\n|---|---|\n|   |   |", "A"),
};
