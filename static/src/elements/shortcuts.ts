/** Small habits of the whole page. */

/** Keys typed into a field, or with a modifier, belong to the field or the browser. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** `/` goes to the search box, or to the search page where the box is not shown. */
export function focusSearchOnSlash(root: Document): void {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const box = root.querySelector<HTMLInputElement>('[role="search"] input[type="search"]');
    if (!box?.checkVisibility()) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}

/** A jump within the page closes the panel it was chosen from, so that its target can be seen. */
export function closePanelOnJump(root: Document): void {
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('[popover] a[href^="#"]') : null;
    const panel = link?.closest<HTMLElement>("[popover]");
    if (panel?.matches(":popover-open")) panel.hidePopover();
  });
}
