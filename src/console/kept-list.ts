/** What this browser keeps by keys, the latest first. */
export interface KeptList<T> {
  find(key: string): T | null;
  keep(key: string, value: T): void;
  drop(key: string): void;
}

/**
 * A list in the storage of the browser. Where that is full or may not be used, nothing is kept.
 *
 * @param name under which it is stored.
 * @param most how many entries are kept.
 */
export function keptList<T>(name: string, most: number): KeptList<T> {
  const read = (): [key: string, value: T][] => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "[]");
    } catch {
      return [];
    }
  };
  const others = (key: string) => read().filter(([known]) => known !== key);
  const write = (entries: [key: string, value: T][]) => {
    try {
      localStorage.setItem(name, JSON.stringify(entries.slice(0, most)));
    } catch {
      // What is kept is a convenience: the view goes on without it.
    }
  };
  return {
    find: (key) => read().find(([known]) => known === key)?.[1] ?? null,
    keep: (key, value) => write([[key, value], ...others(key)]),
    drop: (key) => write(others(key)),
  };
}
