import * as z from "zod";
import { SCOPES } from "../auth/api-keys/scopes.ts";
import { SECRET_PATTERN } from "../auth/api-keys/secret.ts";
import { type ApiKeyStatus, STATUSES } from "../auth/api-keys/status.ts";
import { integers, type ListQuery, listQuery, RANGE, texts, times } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, Name, PathId, SentTime, Time } from "../http/validation/fields.ts";

/** The roles that a key can have: none of owner, since it makes no keys and manages no people. */
export const KeyRole = z.enum(["manager", "agent", "viewer"]).meta({
  description:
    "What it may do, like the access of that name; an `agent` sees only what is assigned to it: nothing.",
});

const Scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .meta({ description: "What it is limited to." });

export const ApiKey = z
  .strictObject({
    id: Id,
    company_id: Id,
    name: Name,
    role: KeyRole,
    scopes: Scopes.nullable().meta({
      description: "What it is limited to; `null` for all that its role allows.",
    }),
    prefix: z.string().max(16).meta({
      pattern: "^lk_[0-9a-f]{8}$",
      description: "How its secret begins: by this it is told from others.",
    }),
    status: z.enum(STATUSES).meta({ description: "Only an `active` one lets anybody in." }),
    created_by: z
      .strictObject({ id: Id, full_name: z.string().max(511) })
      .nullable()
      .meta({
        description:
          "Who made it; `null` for operators of the platform. It is not theirs: it goes on when they leave the company.",
      }),
    creator_has_right: z.boolean().meta({
      description: "Whether they could still make it. Where not, decide whether the key is to go on.",
    }),
    created_at: Time,
    last_used_at: Time.nullable().meta({ description: "Up to five minutes behind; `null` for never." }),
    expires_at: Time.nullable().meta({ description: "`null` for a key that does not expire." }),
    ended_at: Time.nullable().meta({ description: "When it was ended by hand." }),
  })
  .meta({ id: "ApiKey", description: "What a program signs in with. It is a company's, and no person's." });

export const ApiKeyBody = z
  .strictObject({
    name: lineOfText().meta({ description: "What people know it by, such as the program that has it." }),
    role: KeyRole,
    scopes: Scopes.refine((scopes) => new Set(scopes).size === scopes.length, {
      error: "must name each scope once",
    })
      .optional()
      .meta({ description: "What it is limited to; left out, it may all that its role allows." }),
    expires_at: SentTime.optional().meta({
      description: "Left out, it does not expire.",
      examples: ["2027-02-17T21:54:09.000Z"],
    }),
  })
  .meta({
    id: "ApiKeyBody",
    example: { name: "Web forms", role: "manager", scopes: ["imports:write", "leads:read"] },
  });

export const NewApiKeyAnswer = z
  .strictObject({
    api_key: ApiKey,
    secret: z.string().max(128).nullable().meta({
      pattern: SECRET_PATTERN.source,
      description: "Shown this once: only its hash is kept. `null` in the answer to a repetition.",
    }),
  })
  .meta({ id: "NewApiKeyAnswer" });

export const ApiKeysAnswer = z
  .strictObject({ api_keys: z.array(ApiKey).max(100), meta: PageMeta })
  .meta({ id: "ApiKeysAnswer" });

export const CompanyParams = z.object({ id: PathId });
export const ApiKeyParams = z.object({ id: PathId.meta({ description: "The key's id." }) });

const byCompany = listQuery({ id: integers("eq"), name: texts("cont"), created_at: times(...RANGE) }, [
  "-id",
  "name",
  "created_at",
]);

/** What keys, and links for imports, are listed by. */
export const keysQuery = {
  schema: byCompany.schema.extend({
    status_eq: z.enum(STATUSES).optional().meta({ description: "`status` is this." }),
  }),
  read: (values) => ({
    ...byCompany.read(values),
    status: values.status_eq as ApiKeyStatus | undefined,
  }),
} satisfies ListQuery;

export const exampleApiKey: z.input<typeof ApiKey> = {
  id: 500_000_000_012,
  company_id: 1,
  name: "Web forms",
  role: "manager",
  scopes: ["imports:write", "leads:read"],
  prefix: "lk_5f0c9a1e",
  status: "active",
  created_by: { id: 2, full_name: "Omar Vega" },
  creator_has_right: true,
  created_at: "2026-02-17T21:54:09.000Z",
  last_used_at: null,
  expires_at: null,
  ended_at: null,
};

/** A secret that opens nothing: its checksum is wrong. */
export const EXAMPLE_SECRET = `lk_5f0c9a1e${"0".repeat(70)}`;
