import { watch } from "node:fs";
import { join } from "node:path";

/**
 * Calls back once a while after the last of several changes below some folders: an editor writes a file more than
 * once, and a change of branch many.
 *
 * @param quietMs how long nothing must have changed, in milliseconds.
 * @param signal ends it.
 * @param isPassedOver whether a change of this path is for somebody else.
 */
export function watchFolders(
  folders: string[],
  quietMs: number,
  signal: AbortSignal,
  onChange: () => void,
  isPassedOver: (path: string) => boolean = () => false,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener("abort", () => clearTimeout(timer));
  for (const folder of folders) {
    watch(folder, { recursive: true, signal }, (_, name) => {
      if (name !== null && isPassedOver(join(folder, name))) return;
      clearTimeout(timer);
      timer = setTimeout(onChange, quietMs);
    });
  }
}
