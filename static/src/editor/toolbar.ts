/** The row of buttons above the text: one stop for Tab, arrows within it (the toolbar pattern of ARIA). */
export function wireToolbar(bar: HTMLElement, run: (command: string) => void, signal: AbortSignal): void {
  const buttons = [...bar.querySelectorAll<HTMLButtonElement>("button")];
  const stopAt = (index: number): void => {
    for (const [at, button] of buttons.entries()) button.tabIndex = at === index ? 0 : -1;
  };
  stopAt(0);
  bar.addEventListener(
    "click",
    (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      const command = button?.dataset["command"];
      if (!button || !command) return;
      stopAt(buttons.indexOf(button));
      run(command);
    },
    { signal },
  );
  bar.addEventListener(
    "keydown",
    (event) => {
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (at === -1 || step === undefined) return;
      event.preventDefault();
      const next = (at + step + buttons.length) % buttons.length;
      stopAt(next);
      buttons[next]?.focus();
    },
    { signal },
  );
  bar.hidden = false;
}
