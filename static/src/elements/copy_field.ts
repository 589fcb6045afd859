/** `<cairn-copy>` around a field and a hidden button: the button copies what stands in the field, and says so. */
const SHOWN_MS = 1600;

export class CopyElement extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("input");
    const button = this.querySelector("button");
    if (!field || !button) return;
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    button.hidden = false;
    const label = button.textContent ?? "";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied ?? label;
      setTimeout(() => {
        button.textContent = label;
      }, SHOWN_MS);
    });
  }
}
