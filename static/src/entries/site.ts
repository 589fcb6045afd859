/** Wiring of every page: which element is which class. Each stands alone; one that fails leaves plain HTML behind. */
import { ContentsElement } from "../elements/contents.ts";
import { addCopyButtons } from "../elements/copy_code.ts";
import { FragmentElement } from "../elements/fragment.ts";
import { followSaving } from "../elements/saving.ts";
import { closePanelOnJump, focusSearchOnSlash } from "../elements/shortcuts.ts";
import { SwitcherElement } from "../elements/switcher.ts";
import { ThemeElement } from "../elements/theme_switch.ts";
import { followVisits } from "../switcher/recent.ts";

customElements.define("cairn-fragment", FragmentElement);
customElements.define("cairn-theme", ThemeElement);
customElements.define("cairn-switcher", SwitcherElement);
customElements.define("cairn-contents", ContentsElement);
focusSearchOnSlash(document);
closePanelOnJump(document);
addCopyButtons(document, navigator.clipboard);
followSaving(document);
followVisits(document, localStorage, location);
