import { signal } from "@preact/signals";
import type { ImportFile } from "../../api/import-types.ts";
import { loadImport } from "../../api/imports.ts";
import { isOwnOrigin } from "../../api/request.ts";
import { listenToImport } from "./listen.ts";
import { isMoving } from "./status-badge.tsx";

/** How long between two looks at an import that moves, in milliseconds; a page that nobody sees looks seldom. */
const SOON_MS = 700;
const LATE_MS = 2500;
const HIDDEN_MS = 15_000;
/** After how many looks it is later. */
const SOON_LOOKS = 15;

/** How long links to its files are used, in milliseconds: the API makes them for 15 minutes. */
const LINKS_MS = 10 * 60_000;

/** An import that is followed until nothing changes any more. */
export type Followed = ReturnType<typeof followImport>;

/** Follows an import: by its events where it has some, else by looking; what is the same as before costs no body. */
export function followImport(code: string) {
  const file = signal<ImportFile | null>(null);
  const problem = signal<unknown>(null);
  let etag: string | null = null;
  let abort = new AbortController();
  let timer = 0;
  let stopListening: (() => void) | null = null;

  const look = async (count: number): Promise<void> => {
    const { signal: mine } = abort;
    try {
      const answer = await loadImport(code, etag, mine);
      if (mine.aborted) return;
      problem.value = null;
      if (answer) {
        etag = answer.etag;
        file.value = answer.file;
      }
    } catch (error) {
      if (!mine.aborted) problem.value = error;
      return;
    }
    if (!file.value || !isMoving(file.value)) return;
    const { events_url } = file.value;
    if (count === 0 && events_url && isOwnOrigin() && !document.hidden) listen(events_url);
    else {
      const ms = document.hidden ? HIDDEN_MS : count < SOON_LOOKS ? SOON_MS : LATE_MS;
      timer = window.setTimeout(() => void look(count + 1), ms);
    }
  };

  const listen = (url: string): void => {
    const show = (changed: ImportFile) => {
      file.value = changed;
    };
    stopListening = listenToImport(url, show, () => {
      stopListening = null;
      // What the last event said may not be all. A second link is not listened to: it may end as fast.
      timer = window.setTimeout(() => void look(1), SOON_MS / 2);
    });
  };

  const stop = (): void => {
    clearTimeout(timer);
    stopListening?.();
    stopListening = null;
    abort.abort();
  };
  const start = (): void => {
    stop();
    abort = new AbortController();
    void look(0);
  };
  // Somebody else may have changed it, and its links are good for a while only.
  const renew = (): void => {
    if (document.hidden || !file.value) return;
    etag = null;
    start();
  };
  const renewal = window.setInterval(renew, LINKS_MS);
  document.addEventListener("visibilitychange", renew);
  start();
  return {
    file,
    problem,
    /** Looks again, as after a change. */
    start,
    /** Shows what a change answered, and follows it. */
    replace: (changed: ImportFile) => {
      etag = null;
      file.value = changed;
      start();
    },
    stop: () => {
      stop();
      clearInterval(renewal);
      document.removeEventListener("visibilitychange", renew);
    },
  };
}
