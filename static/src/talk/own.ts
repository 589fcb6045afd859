/** Whose page this is, as the bar says once it is there: what is theirs to change is marked, whenever it was shown. */
export function knowReader(root: Document, person: string, manages: boolean): void {
  const { dataset } = root.documentElement;
  dataset["person"] = person;
  if (manages) dataset["manages"] = "";
  markOwn(root);
}

/** Comments that the reader may change or delete get `data-own`. */
export function markOwn(root: Document): void {
  const { person, manages } = root.documentElement.dataset;
  for (const comment of root.querySelectorAll<HTMLElement>("[data-author]")) {
    if (manages !== undefined || comment.dataset["author"] === person) comment.dataset["own"] = "";
  }
}
