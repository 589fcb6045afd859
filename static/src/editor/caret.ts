/** Where in a textarea the caret is, in pixels from its edges: measured on a copy of it that nobody sees. */
const COPIED = [
  "direction",
  "inlineSize",
  "fontFamily",
  "fontSize",
  "fontWeight",
  "letterSpacing",
  "lineHeight",
  "paddingBlock",
  "paddingInline",
  "borderWidth",
  "boxSizing",
  "tabSize",
] as const;

export function caretPlace(field: HTMLTextAreaElement, at: number): { left: number; bottom: number } {
  const copy = document.createElement("div");
  const style = getComputedStyle(field);
  for (const name of COPIED) copy.style[name] = style[name];
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
    borderStyle: "solid",
  });
  const caret = document.createElement("span");
  caret.textContent = "\u200b";
  copy.append(field.value.slice(0, at), caret);
  document.body.append(copy);
  const place = {
    left: caret.offsetLeft - field.scrollLeft,
    bottom: caret.offsetTop + caret.offsetHeight - field.scrollTop,
  };
  copy.remove();
  return place;
}
