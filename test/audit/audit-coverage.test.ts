import { beforeAll, describe, expect, test } from "vitest";
import { AuditEvent } from "../../src/audit/schemas.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { ROUTES } from "../../src/routes.ts";
import { bodyOf, call } from "../harness/api.ts";
import { PASSWORD } from "../harness/factories.ts";
import { rowsOf } from "../harness/people.ts";
import { PATIENCE_MS } from "../harness/runtime/patience.ts";
import { ACCESS_DEEDS } from "./deeds/accesses.ts";
import { COMPANY_DEEDS } from "./deeds/companies.ts";
import type { Deeds } from "./deeds/deed.ts";
import { EXEMPT } from "./deeds/exempt.ts";
import { IMPORT_DEEDS } from "./deeds/imports.ts";
import { LEAD_DEEDS } from "./deeds/leads.ts";
import { SESSION_DEEDS } from "./deeds/sessions.ts";
import { createSurroundings, NEW_PASSWORD } from "./deeds/surroundings.ts";
import { USER_DEEDS } from "./deeds/users.ts";
import { WEBHOOK_DEEDS } from "./deeds/webhooks.ts";

/** The body of an answer: what JSON says, or a file as text. */
async function answerOf(response: Response, status: number): Promise<unknown> {
  if (!response.headers.get("Content-Type")?.startsWith("text/csv")) return bodyOf(response, status);
  expect(response.status).toBe(status);
  return response.text();
}

/** What the trail has of a request, once there are so many events: those of a lead store take a moment to come. */
async function eventsOf(requestId: string, count: number) {
  const start = Date.now();
  for (;;) {
    const rows = await rowsOf("SELECT * FROM audit_events WHERE request_id = ? ORDER BY id", requestId);
    if (rows.length >= count || Date.now() - start > PATIENCE_MS) return rows;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What people and companies here are called, and where they get their mail. */
const PRIVATE = ["Quirina", "Zwiebel", "Ottokar", "Oswin", "Betreiber", "@", PASSWORD, NEW_PASSWORD];

/** Every text in a body, at whatever depth, but for the codes of countries and languages. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length > 2 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;
/** What writes, and what gives a file away. */
const WATCHED = ROUTES.map(({ spec }) => spec).filter(
  ({ method, response }) => method !== "get" || "file" in response,
);
/** What is done with each of these; a new route gets its deeds in the file of its subject, or a reason in deeds/exempt.ts. */
const DEEDS: Deeds = {
  ...SESSION_DEEDS,
  ...USER_DEEDS,
  ...ACCESS_DEEDS,
  ...COMPANY_DEEDS,
  ...IMPORT_DEEDS,
  ...LEAD_DEEDS,
  ...WEBHOOK_DEEDS,
};

beforeAll(createSurroundings);

test("every route that writes or sends a file has its deeds here, or a reason to be silent", () => {
  const known = [...Object.keys(DEEDS), ...Object.keys(EXEMPT)];
  expect(known.sort()).toEqual(WATCHED.map(nameOf).sort());
});

describe.each(WATCHED.filter((spec) => nameOf(spec) in DEEDS).map((spec) => [nameOf(spec), spec] as const))(
  "%s",
  (name, spec) => {
    test.each(Object.entries(DEEDS[name] ?? {}))("%s", async (_, prepare) => {
      const { path, asked, status = spec.response.status, told } = await prepare();
      const address = `203.0.113.${1 + Math.floor(Math.random() * 254)}`;
      const id = crypto.randomUUID();
      const headers = { "CF-Connecting-IP": address, "User-Agent": `Trail/${id}`, "X-Request-Id": id };
      const before = Date.now();
      const answer = await answerOf(
        await call(path, { ...asked, headers: { ...asked.headers, ...headers } }),
        status,
      );
      const after = Date.now();

      const expected = await told(answer);
      const rows = await eventsOf(id, expected.length);
      const shared = { ip: address, user_agent: `Trail/${id}`, request_id: id };
      const wanted = expected.map(({ action, actor, company: inTheNameOf, object, isFromNowhere }) => ({
        ...shared,
        ...(isFromNowhere && { ip: null, user_agent: null }),
        id: expect.any(Number),
        action,
        actor_id: actor,
        actor_key_id: null,
        company_id: inTheNameOf,
        object_type: action.split(".")[0],
        object_id: object,
        details: expect.any(String),
        created_at: expect.any(Number),
        source_id: expect.toSatisfy((source) => source === null || typeof source === "string"),
      }));
      const byAction = (a: { action: string }, b: { action: string }) => a.action.localeCompare(b.action);
      expect(rows.toSorted(byAction)).toEqual(wanted.toSorted(byAction));
      for (const { created_at: at, details } of rows) {
        expect(at).toBeGreaterThanOrEqual(before);
        expect(at).toBeLessThanOrEqual(after);
        expect(() => AuditEvent.shape.details.parse(JSON.parse(details))).not.toThrow();
        for (const value of [...textsIn(asked.json), ...PRIVATE]) expect(details).not.toContain(value);
      }
    });
  },
);
