import { parseArgs } from "node:util";
import { DEFAULT_PORT, startServer } from "./dev/server.ts";
import { untilSignal } from "./dev/until-signal.ts";
import { exitWithError } from "./fail.ts";
import { DEMO_PASSWORD, USERS } from "./seed/data.ts";

/** `npm run dev`: migrates, seeds and serves the API on this machine. Other arguments go to `wrangler dev`. */

const OWN = { port: { type: "string" }, "persist-to": { type: "string" } } as const;

const argv = process.argv.slice(2);
const { values, tokens } = parseArgs({ args: argv, options: OWN, strict: false, tokens: true });
const own = new Set(
  tokens.flatMap((token) => {
    if (token.kind !== "option" || !(token.name in OWN)) return [];
    return token.inlineValue ? [token.index] : [token.index, token.index + 1];
  }),
);

const { signal } = untilSignal();
try {
  const server = await startServer({
    port: Number(values.port ?? DEFAULT_PORT),
    persistTo: values["persist-to"]?.toString(),
    args: argv.filter((_, index) => !own.has(index)),
    signal,
    onOutput: (text) => process.stdout.write(text),
    onStep: console.log,
  });
  console.log(banner(server.url));
  const code = await server.ended;
  process.exit(signal.aborted ? 0 : code);
} catch (error) {
  if (signal.aborted) process.exit(0);
  exitWithError(error);
}

function banner(url: string): string {
  return `
  Leadsy answers at ${url}

  Reference   ${url}/docs
  OpenAPI     ${url}/openapi.json
  Sign in as  ${USERS.map(({ email }) => email).join(", ")}
  Password    ${DEMO_PASSWORD}

  Ctrl-C ends it.
`;
}
