import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { getPlatformProxy, unstable_splitSqlQuery as splitSql } from "wrangler";
import { migrate } from "../../src/cli/dev/migrate.ts";
import { ROOT } from "../../src/cli/root.ts";

/** A command `npx` that does what `npx wrangler d1` would, on the bindings of a runtime that is there already. */
export interface QuickWrangler {
  /** The folder that it is in, for the front of a PATH. */
  folder: string;
  stop(): Promise<void>;
}

/**
 * Starts it: each start of wrangler itself takes 1.5 s, of which a long document has a dozen. What wrangler makes of
 * its options is seen by the documents that run it.
 *
 * @param state the folder of the local databases, as `wrangler --persist-to` takes it.
 */
export async function startQuickWrangler(state: string): Promise<QuickWrangler> {
  const { env, dispose } = await getPlatformProxy<Env>({
    configPath: join(ROOT, "wrangler.toml"),
    persist: { path: join(state, "v3") },
    remoteBindings: false,
    envFiles: [],
  });
  const server = createServer(async (request, response) => {
    try {
      const args = (await text(request)).split("\0").slice(0, -1);
      response.end(`${JSON.stringify(await run(args, env, state))}\n`);
    } catch (error) {
      response.writeHead(500).end(`${error}\n`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "leadsy-npx-"));
  writeFileSync(
    join(folder, "npx"),
    `#!/bin/sh\nprintf '%s\\0' "$@" | curl -s --fail-with-body --data-binary @- ${originOf(server)}\n`,
  );
  chmodSync(join(folder, "npx"), 0o755);
  return {
    folder,
    async stop() {
      server.close();
      await dispose();
    },
  };
}

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** @throws where the command is none of those that are known here, or SQLite refuses it. */
async function run(args: string[], env: Env, state: string): Promise<unknown> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      local: { type: "boolean" },
      "persist-to": { type: "string" },
      command: { type: "string" },
    },
  });
  if (!values.local || values["persist-to"] !== state) throw new Error("not about the local databases");
  const name = positionals.at(-1) ?? "";
  const database = (env as unknown as Record<string, D1Database>)[name];
  if (!database) throw new Error(`no database ${name}`);
  const command = positionals.slice(0, -1).join(" ");
  if (command === "wrangler d1 execute" && values.command) {
    return await database.batch(splitSql(values.command).map((sql) => database.prepare(sql)));
  }
  if (command === "wrangler d1 migrations apply") {
    return await migrate(database, join(ROOT, "migrations", name === "DIRECTORY" ? "directory" : "leads"));
  }
  throw new Error(`an unknown command: npx ${args.join(" ")}`);
}
