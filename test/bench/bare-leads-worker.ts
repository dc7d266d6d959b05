/**
 * The least that can answer a list of leads: the product's own SQL, which it is given beforehand, and its rows as
 * they come; without router, validation, sign-in, access rules or views.
 */

/** One statement, as the product sends it. */
export interface BareStatement {
  database: "DIRECTORY" | "LEADS_0";
  sql: string;
  values: unknown[];
}

/** What each address runs, one round trip after another: each is a batch. */
export type BareRoutes = Record<string, BareStatement[][]>;

let routes: BareRoutes = {};

export default {
  async fetch(request, env) {
    if (request.method === "PUT") {
      routes = await request.json();
      return new Response(null, { status: 204 });
    }
    const trips = routes[new URL(request.url).pathname];
    if (!trips) return new Response(null, { status: 404 });
    let rows: unknown[] = [];
    for (const trip of trips) {
      const database = env[trip[0]?.database ?? "LEADS_0"];
      const results = await database.batch(
        trip.map(({ sql, values }) => database.prepare(sql).bind(...values)),
      );
      rows = results.map(({ results }) => results);
    }
    return new Response(JSON.stringify(rows), { headers: { "Content-Type": "application/json" } });
  },
} satisfies ExportedHandler<Env>;
