/** Loaded by pages that follow long work. */
import { PollElement } from "../elements/poll.ts";

customElements.define("cairn-poll", PollElement);
