import * as z from "zod";
import { integers, listQuery, oneOf, RANGE, times } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, PathId, Time } from "../http/validation/fields.ts";
import { AUDIT_ACTIONS, objectTypeOf } from "./record.ts";

const OBJECT_TYPES = [...new Set(AUDIT_ACTIONS.map(objectTypeOf))];

const Word = z.string().max(255);
const Plain = z.union([Word, z.int(), z.boolean(), z.null()]);

export const AuditEvent = z
  .strictObject({
    id: Id,
    action: z.enum(AUDIT_ACTIONS),
    actor: z
      .strictObject({
        id: Id,
        full_name: z.string().max(511),
        kind: z.enum(["user", "api_key"]).meta({ description: "Whether a person did it, or a program." }),
      })
      .nullable()
      .meta({ description: "`null` for a caller who was not signed in, and for operators of the platform." }),
    object: z.strictObject({
      type: z.enum(OBJECT_TYPES),
      id: Id,
    }),
    company_id: Id.nullable().meta({
      description: "`null` for what people of the company do to themselves.",
    }),
    details: z
      .record(z.string().max(64), z.union([Plain, z.array(Plain).max(100)]))
      .meta({ maxProperties: 20, description: "Ids and names of fields: never what was written into them." }),
    ip: z
      .string()
      .max(64)
      .nullable()
      .meta({ description: "IPv4 or IPv6; `null` where the actor is not shown." }),
    user_agent: z.string().max(512).nullable(),
    request_id: z
      .string()
      .max(255)
      .nullable()
      .meta({ pattern: "^[\\w=-]+$", description: "The `X-Request-Id` of the answer." }),
    created_at: Time,
  })
  .meta({ id: "AuditEvent" });

export const AuditEventsAnswer = z
  .strictObject({ audit_events: z.array(AuditEvent).max(100), meta: PageMeta })
  .meta({ id: "AuditEventsAnswer" });

export const AuditParams = z.object({ id: PathId });
export const UserAuditParams = z.object({ user_id: PathId });

export const auditQuery = listQuery(
  {
    action: oneOf(AUDIT_ACTIONS, "eq", "in"),
    actor_id: integers("eq"),
    object_type: oneOf(OBJECT_TYPES, "eq"),
    object_id: integers("eq"),
    created_at: times(...RANGE),
  },
  ["-id", "created_at"],
);

export const exampleAuditEvent: z.input<typeof AuditEvent> = {
  id: 81,
  action: "user_access.granted",
  actor: { id: 2, full_name: "Omar Vega", kind: "user" },
  object: { type: "user_access", id: 12 },
  company_id: 1,
  details: { user_id: 7, access_id: 3 },
  ip: "203.0.113.9",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
  request_id: "6f1c7c0e-2f8a-4f0b-9a53-0d3c2b1e9f77",
  created_at: "2026-02-17T21:54:09.000Z",
};

export const exampleSignIn: z.input<typeof AuditEvent> = {
  ...exampleAuditEvent,
  action: "session.opened",
  object: { type: "session", id: 90 },
  company_id: null,
  details: {},
};
