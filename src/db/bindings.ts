/** The only module that reads the bindings of databases; a lint rule keeps it so. */

/** The database of who may do what. */
export function directoryBinding(env: Env): D1Database {
  return env.DIRECTORY;
}

/** The lead stores in the order of their numbers: `LEADS_0`, `LEADS_1`, … as far as they are bound. */
export function leadStores(env: Env): D1Database[] {
  const bindings = env as unknown as Record<string, D1Database | undefined>;
  const stores: D1Database[] = [];
  for (let store = bindings.LEADS_0; store; store = bindings[`LEADS_${stores.length}`]) stores.push(store);
  return stores;
}
