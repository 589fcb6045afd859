/** Loaded by the console's page of progress only. */
import { PollElement } from "../elements/poll.ts";

customElements.define("cairn-poll", PollElement);
