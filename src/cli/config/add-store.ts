/** A lead store's table in wrangler.toml: the header with its environment, then its lines. */
const STORE = /^\[\[(?:env\.\w+\.)?d1_databases\]\]\nbinding = "LEADS_(\d+)"\n(?:.+(?:\n|$))*/gm;

/**
 * Copies the table of each environment's last lead store for one more.
 *
 * @param toml the text of wrangler.toml.
 * @returns the new text, the new store's binding, and the names of its databases, one an environment. Its ids are
 * placeholders until the databases are made.
 * @throws where the environments do not have the same number of stores.
 */
export function addStore(toml: string): { toml: string; binding: string; names: string[] } {
  const tables = [...toml.matchAll(STORE)];
  const next = Math.max(...tables.map(([, number]) => Number(number))) + 1;
  const last = tables.filter(([, number]) => Number(number) === next - 1);
  const headers = new Set(tables.map(([table]) => table.split("\n")[0]));
  if (last.length === 0 || last.length !== headers.size) {
    throw new Error(
      "The environments of wrangler.toml do not have the same lead stores: `npm run drift` tells.",
    );
  }
  const names: string[] = [];
  const changed = toml.replace(STORE, (table, number) => {
    if (Number(number) !== next - 1) return table;
    const copy = table
      .trimEnd()
      .replace(`LEADS_${number}`, `LEADS_${next}`)
      .replace(/(database_name = ".*-leads-)\d+"/, (_, start) => {
        return `${start}${next}"`;
      })
      .replace(/database_id = ".*"/, `database_id = "${placeholderId(table, next)}"`);
    names.push(/database_name = "(.*)"/.exec(copy)?.[1] ?? "");
    return `${table.trimEnd()}\n\n${copy}\n`;
  });
  return { toml: changed, binding: `LEADS_${next}`, names };
}

/** Tells environments and stores apart, as the ids of a fresh repository do. */
function placeholderId(table: string, store: number): string {
  const environment = /^\[\[env\.(\w+)\./.exec(table)?.[1] ?? "local";
  const digit = { local: "0", staging: "1" }[environment] ?? "2";
  return `${digit.repeat(8)}-0000-0000-0000-${String(10 + store).padStart(12, "0")}`;
}
