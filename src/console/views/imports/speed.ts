import type { ImportFile } from "../../api/import-types.ts";

interface Seen {
  at: number;
  records: number;
  progress: number;
}

/** How fast an import goes. */
export interface Speed {
  /** Records a second. */
  rate: number;
  /** Seconds. */
  left: number;
}

/** Of which time the speed is told, in milliseconds. */
const WINDOW_MS = 10_000;

/** Tells the speed of an import from what is seen of it one after the other. */
export function createSpeedometer(): (file: ImportFile, now: number) => Speed | null {
  let seen: Seen[] = [];
  return ({ processed_records, progress, status_name, records_per_second, seconds_left }, now) => {
    if (status_name !== "processing") return null;
    if (records_per_second != null) {
      return { rate: records_per_second, left: seconds_left ?? Number.POSITIVE_INFINITY };
    }
    if (seen.at(-1)?.records !== processed_records) {
      seen = [
        ...seen.filter(({ at }) => at > now - WINDOW_MS),
        { at: now, records: processed_records, progress },
      ];
    }
    const [first] = seen;
    const last = seen.at(-1);
    if (!first || !last || last.at === first.at) return null;
    const seconds = (last.at - first.at) / 1000;
    const share = (last.progress - first.progress) / seconds;
    return {
      rate: Math.round((last.records - first.records) / seconds),
      left: share > 0 ? (100 - progress) / share : Number.POSITIVE_INFINITY,
    };
  };
}
