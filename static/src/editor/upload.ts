/** Sends one picture or file and says how far it is. */
export interface UploadTarget {
  readonly url: string;
  readonly token: string;
  readonly maxBytes: number;
}
export type Outcome = { readonly markdown: string } | { readonly error: string };
export type Refusal = "too-large";

/** Said before a byte is sent. */
export function refusal(file: Pick<File, "size">, maxBytes: number): Refusal | null {
  return file.size > maxBytes ? "too-large" : null;
}

/** What the answer of the server means; anything that is not a clear yes is a failure with the server's own words if it has any. */
export function outcome(status: number, body: string): Outcome {
  let said: { markdown?: unknown; error?: unknown } = {};
  try {
    said = JSON.parse(body) ?? {};
  } catch {
    // A proxy or a portal answered with a page.
  }
  if (status === 201 && typeof said.markdown === "string") return { markdown: said.markdown };
  return { error: typeof said.error === "string" ? said.error : "" };
}

/** fetch() cannot tell how much has left the device, XMLHttpRequest can. */
export function send(
  file: File,
  target: UploadTarget,
  progress: (part: number) => void,
  signal: AbortSignal,
  make = () => new XMLHttpRequest(),
): Promise<Outcome> {
  const request = make();
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("csrfmiddlewaretoken", target.token);
  request.open("POST", target.url);
  request.setRequestHeader("Accept", "application/json");
  const told = ({ lengthComputable, loaded, total }: ProgressEvent): void =>
    progress(lengthComputable ? loaded / total : 0);
  request.upload.addEventListener("progress", told);
  signal.addEventListener("abort", () => request.abort(), { once: true });
  return new Promise((resolve) => {
    request.addEventListener("load", () => resolve(outcome(request.status, request.responseText)));
    for (const name of ["error", "abort", "timeout"])
      request.addEventListener(name, () => resolve({ error: "" }));
    request.send(form);
  });
}
