/** Runs before the first paint: puts the reader's choice of colours on <html>. Without a choice the device decides. */
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Storage may be forbidden; the device's colours are fine then.
}
