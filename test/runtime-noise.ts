/**
 * What workerd says on its standard error of things that tests do on purpose, or that it does by itself. None of it is
 * a failure: what a test or the Worker throws reaches vitest.
 */
const NOISE = [
  // How test/harness/databases/empty-databases.ts empties the databases.
  /Application called deleteAllDurableObjects\(\)/,
  // A client that goes away in the middle of an upload or a download.
  /^exception = [\w+/.-]+:\d+: disconnected: /,
  // A receiver of webhooks that breaks a connection off.
  /^uncaught exception; source = Uncaught \(in promise\); stack = Error: Network connection lost\./,
  /^uncaught exception; exception = [\w+/.-]+:\d+: disconnected: /,
  // Advice on bodies and headers that are wrong on purpose.
  /^console warning; message = Called \.text\(\) on an HTTP body/,
  /^A header value for "[\w-]+" contains non-ASCII characters/,
  // Of wrangler, which reads the configuration of the runtime.
  /^Using secrets defined in /,
  // Of a package that is published without its sources.
  /Sourcemap for "[^"]*" points to (a source file outside its package|missing source files)/,
];

/** Keeps {@link NOISE} from the terminal of a run. Everything else that is written there stays. */
export function dropRuntimeNoise(): void {
  const { stderr, stdout } = process;
  for (const stream of [stderr, stdout]) {
    const write = stream.write.bind(stream) as (...values: unknown[]) => boolean;
    stream.write = ((...values: unknown[]) => {
      const [text] = values;
      if (typeof text === "string" && NOISE.some((pattern) => pattern.test(text))) return true;
      return write(...values);
    }) as typeof stream.write;
  }
}
