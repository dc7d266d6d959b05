import type { ImportFile } from "../../api/import-types.ts";
import { ownAddress } from "../../api/request.ts";

/**
 * Listens to the events of an import.
 *
 * @param url its `events_url`.
 * @param onEnd called once no more events come: it has ended, or the connection has.
 * @returns ends it.
 */
export function listenToImport(
  url: string,
  onFile: (file: ImportFile) => void,
  onEnd: () => void,
): () => void {
  const source = new EventSource(ownAddress(url));
  const end = () => {
    source.close();
    onEnd();
  };
  source.addEventListener("progress", ({ data }) => {
    onFile((JSON.parse(data) as { import_file: ImportFile }).import_file);
  });
  source.addEventListener("done", end);
  // The browser would connect again by itself, but its link may be over: the import is asked instead, which gives a new one.
  source.addEventListener("error", end);
  return () => source.close();
}
