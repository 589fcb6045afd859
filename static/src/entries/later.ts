/** For pages whose parts come later, on browsers that do not move them to their places. Stands alone, and is no module: it runs where it stands, before the parts. */
import { PartEndElement, placeTemplates } from "../elements/later.ts";

customElements.define("cairn-part-end", PartEndElement);
if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", () => placeTemplates(document), { once: true });
} else {
  placeTemplates(document);
}
