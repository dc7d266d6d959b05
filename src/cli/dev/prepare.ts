import { join } from "node:path";
import { getPlatformProxy } from "wrangler";
import { leadStores } from "../../db/bindings.ts";
import { provisionStore } from "../../db/leads/provision.ts";
import { LOCAL_ONLY } from "../config/wrangler.ts";
import { ROOT } from "../root.ts";
import { seed } from "../seed/seed.ts";
import { migrate } from "./migrate.ts";

/**
 * Brings the local databases up to date: migrations, the lead stores' ranges of ids, the seed. Doing it again
 * changes nothing.
 *
 * @param state the folder that holds all local state, as `wrangler dev --persist-to` takes it.
 * @returns how many migrations it applied.
 */
export async function prepare(state: string): Promise<number> {
  Object.assign(process.env, LOCAL_ONLY);
  const { env, dispose } = await getPlatformProxy<Env>({
    configPath: join(ROOT, "wrangler.toml"),
    persist: { path: join(state, "v3") },
    remoteBindings: false,
    envFiles: [],
  });
  try {
    let applied = (await migrate(env.DIRECTORY, join(ROOT, "migrations/directory"))).length;
    for (const [number, store] of leadStores(env).entries()) {
      applied += (await migrate(store, join(ROOT, "migrations/leads"))).length;
      await provisionStore(store, number);
    }
    await seed(env, Date.now());
    return applied;
  } finally {
    await dispose();
  }
}
