import { readDevArguments } from "./dev/arguments.ts";
import { watchAssets } from "./dev/assets.ts";
import { startServer } from "./dev/server.ts";
import { untilSignal } from "./dev/until-signal.ts";
import { watchMigrations } from "./dev/watch-migrations.ts";
import { watchTypes } from "./dev/watch-types.ts";
import { exitWithError } from "./fail.ts";
import { DEMO_PASSWORD, USERS } from "./seed/data.ts";

/**
 * `npm run dev`: migrates, seeds and serves the API on this machine, and follows the changes of its source: wrangler
 * serves each edit, and beside it types are checked, the reference is written again and new migrations are applied.
 */
const { others, ...asked } = readDevArguments(process.argv.slice(2));
const { signal } = untilSignal();
try {
  const server = await startServer({
    ...asked,
    args: others,
    signal,
    onOutput: (text) => process.stdout.write(text),
    onStep: console.log,
  });
  console.log(banner(server.url));
  watchAssets(signal, console.error);
  watchTypes(signal, console.error);
  watchMigrations(signal, (paths, renamed) => {
    console.log(`New migrations: ${paths.join(", ")}. The server starts again with them.`);
    void server.migrate(renamed);
  });
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
