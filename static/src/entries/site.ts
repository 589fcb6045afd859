/** Wiring of every page: which element is which class. Each stands alone; one that fails leaves plain HTML behind. */
import { ContentsElement } from "../elements/contents.ts";
import { addCopyButtons } from "../elements/copy_code.ts";
import { CopyElement } from "../elements/copy_field.ts";
import { FragmentElement } from "../elements/fragment.ts";
import { LookElement } from "../elements/look.ts";
import { MemberElement } from "../elements/member.ts";
import { MentionElement } from "../elements/mention.ts";
import { RunElement } from "../elements/run.ts";
import { followSaving } from "../elements/saving.ts";
import { closePanelOnJump, focusSearchOnSlash } from "../elements/shortcuts.ts";
import { TalkElement } from "../elements/talk.ts";
import { ThemeElement } from "../elements/theme_switch.ts";

customElements.define("cairn-fragment", FragmentElement);
customElements.define("cairn-theme", ThemeElement);
customElements.define("cairn-contents", ContentsElement);
customElements.define("cairn-run", RunElement);
customElements.define("cairn-member", MemberElement);
customElements.define("cairn-mention", MentionElement);
customElements.define("cairn-talk", TalkElement);
customElements.define("cairn-copy", CopyElement);
customElements.define("cairn-look", LookElement);
focusSearchOnSlash(document);
closePanelOnJump(document);
addCopyButtons(document, navigator.clipboard);
followSaving(document);
