/** A jump within the page closes the panel it was chosen from, so that its target can be seen. */
export function closePanelOnJump(root: Document): void {
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('[popover] a[href^="#"]') : null;
    const panel = link?.closest<HTMLElement>("[popover]");
    if (panel?.matches(":popover-open")) panel.hidePopover();
  });
}
