import { env } from "cloudflare:test";
import { beforeAll } from "vitest";
import { type AuditEvent, audit } from "../../src/audit/record.ts";
import { AuditEventsAnswer } from "../../src/audit/schemas.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

export const directory = openDirectory(env.DIRECTORY);

export const T0 = Date.parse("2026-02-17T21:54:09.000Z");

export let parent: TestCompany;

export let company: TestCompany;

export let child: TestCompany;

export let other: TestCompany;

export let owner: TestUser;

export let parentOwner: TestUser;

export let agent: TestUser;

export let childOwner: TestUser;

export let stranger: TestUser;

export let operator: TestUser;

/** Tells the trail of something. @returns the event's id. */
export async function tell(
  actor: { id: number } | null,
  action: AuditEvent["action"],
  companyId: number | null,
  objectId: number,
  { at = Date.now(), details = {} as Record<string, unknown> } = {},
): Promise<number> {
  const origin = {
    actor: actor ? ({ kind: "user", userId: actor.id } as const) : null,
    ip: "203.0.113.9",
    userAgent: "Browser/1",
    requestId: "r-1",
    now: at,
  };
  const { meta } = await audit(directory, origin, { action, companyId, objectId, details }).run();
  return meta.last_row_id;
}

export async function trailOf({ id }: { id: number }, { token }: { token: string }, query = "") {
  const answer = await bodyOf(call(`/companies/${id}/audit_events${query}`, { token }));
  return AuditEventsAnswer.parse(answer);
}

export async function idsOf(...asked: Parameters<typeof trailOf>) {
  return (await trailOf(...asked)).audit_events.map(({ id }) => id);
}

/** Makes companies above and below each other, and people in them. */
export function prepareTrails(): void {
  beforeAll(async () => {
    parent = await createCompany();
    company = await createCompany({ parent });
    child = await createCompany({ parent: company });
    other = await createCompany();
    owner = await createUser({ access: [{ company, role: "owner" }], firstName: "Olivia", lastName: "Own" });
    parentOwner = await createUser({
      access: [{ company: parent, role: "owner" }],
      firstName: "Paula",
      lastName: "Par",
    });
    agent = await createUser({
      access: [
        { company, role: "agent" },
        { company: other, role: "owner" },
      ],
    });
    childOwner = await createUser({ access: [{ company: child, role: "owner" }] });
    stranger = await createUser({ access: [{ company: other, role: "owner" }] });
    operator = await createUser({ operator: true, firstName: "Oskar", lastName: "Operator" });
  });
}
