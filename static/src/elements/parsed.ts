/** What HTML says, in a document of its own: nothing of it runs or is fetched. */
export const parsed = (html: string): Document => new DOMParser().parseFromString(html, "text/html");
