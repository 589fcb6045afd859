/** A copy button on every code block. Labels come from <body data-copy data-copied>, so they speak the handbook's language. */
const SHOWN_MS = 1600;

export function addCopyButtons(root: Document, clipboard: Clipboard | undefined): void {
  const { copy, copied } = root.body.dataset;
  if (!clipboard || !copy || !copied) return;
  for (const code of root.querySelectorAll<HTMLElement>(".prose pre")) {
    const button = root.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await clipboard.writeText(code.textContent.trimEnd());
      button.textContent = copied;
      setTimeout(() => {
        button.textContent = copy;
      }, SHOWN_MS);
    });
    const box = root.createElement("div");
    box.className = "code-box";
    code.replaceWith(box);
    box.append(code, button);
  }
}
