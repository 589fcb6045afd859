/** Loaded by the edit page only: the desk, and htmx for the live preview (its attributes stand in the template). */
import "htmx.org";
import { EditorElement } from "../elements/editor.ts";

customElements.define("cairn-editor", EditorElement);
