import { computed, signal } from "@preact/signals";

/** Everything of the console is below it. */
const ROOT = "/console";

const current = signal(new URL(location.href));

/** The parts of the address below `/console`. */
export const segments = computed(() => current.value.pathname.slice(ROOT.length).split("/").filter(Boolean));

/** The query of the address. */
export const query = computed(() => current.value.searchParams);

/** What asks before the page is left, if anything does: the text that it asks with. */
let confirmLeaving: (() => string | null) | null = null;

/** What the history keeps with an address. */
interface Came {
  /** The address within the console from which one came, without its query. */
  from: string;
}

/** Whether one came to the present address from another one of the console: then going back leads there. */
export function cameFrom(path: string): boolean {
  return (history.state as Came | null)?.from === path;
}

/** Goes to an address of the console. @param replace whether it takes the place of the present one in the history. */
export function navigate(path: string, { replace = false } = {}): void {
  const url = new URL(path, location.origin);
  const question = url.pathname === current.value.pathname ? null : confirmLeaving?.();
  if (question && !window.confirm(question)) return;
  if (replace) history.replaceState(history.state, "", url);
  else history.pushState({ from: current.value.pathname } satisfies Came, "", url);
  const isOtherView = url.pathname !== current.value.pathname;
  current.value = url;
  if (isOtherView) window.scrollTo(0, 0);
}

/** Changes parameters of the address; an empty one goes away. */
export function setQuery(changes: Record<string, string>): void {
  const next = new URL(current.value);
  for (const [key, value] of Object.entries(changes)) {
    if (value) next.searchParams.set(key, value);
    else next.searchParams.delete(key);
  }
  navigate(next.pathname + next.search, { replace: true });
}

/**
 * Asks before the page is closed or another view shown, as long as there is something to lose.
 *
 * @param question what to ask, or `null` for nothing.
 * @returns ends it.
 */
export function guardLeaving(question: () => string | null): () => void {
  const beforeUnload = (event: BeforeUnloadEvent) => {
    if (question()) event.preventDefault();
  };
  confirmLeaving = question;
  window.addEventListener("beforeunload", beforeUnload);
  return () => {
    if (confirmLeaving === question) confirmLeaving = null;
    window.removeEventListener("beforeunload", beforeUnload);
  };
}

/** Follows links within the console without loading the page again. */
export function followLinks(): void {
  window.addEventListener("popstate", () => {
    current.value = new URL(location.href);
  });
  document.addEventListener("click", (event) => {
    const isPlain =
      event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!isPlain || event.defaultPrevented || !link || link.target || link.hasAttribute("download")) return;
    if (link.hash && link.pathname === location.pathname) return;
    if (link.origin !== location.origin || !`${link.pathname}/`.startsWith(`${ROOT}/`)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
