/**
 * Parts of a page that arrive after it: `<cairn-part for="x">...<cairn-part-end></cairn-part-end></cairn-part>` goes to
 * `<div data-later="x">`, in place of what waits there. Without a place it stays where it is, and can be read there.
 */
export function placeOf(name: string, root: ParentNode): Element | null {
  return root.querySelector(`[data-later="${CSS.escape(name)}"]`);
}

/** The end of a part: once the parser is here, all that stands before it in the part is complete. */
export class PartEndElement extends HTMLElement {
  connectedCallback(): void {
    const part = this.parentElement;
    const place = part && placeOf(part.getAttribute("for") ?? "", document);
    if (!part || !place || part.localName !== "cairn-part") return;
    this.remove();
    place.replaceChildren(...part.childNodes);
    part.remove();
  }
}

/** `<template for>` that a browser which should know it has left lying. */
export function placeTemplates(root: ParentNode): void {
  for (const template of root.querySelectorAll<HTMLTemplateElement>("template[for]")) {
    const place = placeOf(template.getAttribute("for") ?? "", root);
    place?.replaceChildren(template.content);
    if (place) template.remove();
  }
}
