const ENTRY = /\/src\/index\.ts$/;

interface Runner {
  import(url: string, ...rest: unknown[]): Promise<unknown>;
}

let entry: Promise<unknown> | undefined;
let runner: Runner | undefined;

/**
 * Keeps the Worker's module once it was loaded. For each request, and each batch of a queue, the pool imports it again,
 * for which the runtime asks Vite in another process whether it has changed: that takes longer than most requests.
 */
export function keepEntry(): void {
  entry = undefined;
  if (runner) return;
  runner = (globalThis as unknown as { __vitest_mocker__: { moduleRunner: Runner } }).__vitest_mocker__
    .moduleRunner;
  const load = runner.import.bind(runner);
  runner.import = (url, ...rest) => {
    if (rest.length > 0 || !ENTRY.test(url)) return load(url, ...rest);
    entry ??= load(url);
    return entry;
  };
}
