import { parseArgs } from "node:util";

/** What `npm run dev` was asked for. */
export interface DevArguments {
  /** As they were written; the server has its own where they were not. */
  port?: number | undefined;
  ip?: string | undefined;
  inspectorPort?: string | undefined;
  persistTo?: string | undefined;
  /** All others, which go to `wrangler dev` as they are. */
  others: string[];
}

/** The options that are said to wrangler once, by the server: twice, wrangler would take them for a list. */
const OWN = {
  port: { type: "string" },
  ip: { type: "string" },
  "inspector-port": { type: "string" },
  "persist-to": { type: "string" },
} as const;

/** Reads the arguments of `npm run dev`. */
export function readDevArguments(argv: string[]): DevArguments {
  const { values, tokens } = parseArgs({ args: argv, options: OWN, strict: false, tokens: true });
  const own = new Set(
    tokens.flatMap((token) => {
      if (token.kind !== "option" || !(token.name in OWN)) return [];
      return token.inlineValue ? [token.index] : [token.index, token.index + 1];
    }),
  );
  const textOf = (name: keyof typeof OWN) => values[name]?.toString();
  const port = textOf("port");
  return {
    port: port === undefined ? undefined : Number(port),
    ip: textOf("ip"),
    inspectorPort: textOf("inspector-port"),
    persistTo: textOf("persist-to"),
    others: argv.filter((_, index) => !own.has(index)),
  };
}
