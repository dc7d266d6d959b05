import { watch } from "node:fs";

/**
 * Calls back once a while after the last of several changes below some folders: an editor writes a file more than
 * once, and a change of branch many.
 *
 * @param quietMs how long nothing must have changed, in milliseconds.
 * @param signal ends it.
 */
export function watchFolders(
  folders: string[],
  quietMs: number,
  signal: AbortSignal,
  onChange: () => void,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener("abort", () => clearTimeout(timer));
  for (const folder of folders) {
    watch(folder, { recursive: true, signal }, () => {
      clearTimeout(timer);
      timer = setTimeout(onChange, quietMs);
    });
  }
}
