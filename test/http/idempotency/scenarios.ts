import { env } from "cloudflare:test";
import { attachMembership } from "../../harness/accounts/memberships.ts";
import type { Call } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import { OTHER_SCENARIOS } from "./upload-scenarios.ts";

/** A request that creates or starts something, and how to count what it did. */
export interface Scenario {
  path: string;
  asked: Call;
  /** How many there are of what it creates; of what it starts, how often it did. */
  count(): Promise<number>;
}

export interface World {
  company: TestCompany;
  owner: TestUser;
  operator: TestUser;
  campaign: { id: number };
  leadId: number;
  membershipId: number;
}

/** What the scenarios share: each of them makes something that no other one does. */
export async function createWorld(): Promise<World> {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  await env.DIRECTORY.prepare("UPDATE companies SET cycles_enabled = 1 WHERE id = ?").bind(company.id).run();
  const lead = await company.database
    .prepare(
      `INSERT INTO leads (company_id, email, stage_id, created_at, updated_at)
       VALUES (?, 'noted@leads.test', 1, 1, 1) RETURNING id`,
    )
    .bind(company.id)
    .first<{ id: number }>();
  return {
    company,
    owner,
    operator: await createUser({ operator: true }),
    campaign: await createCampaign(company),
    leadId: lead?.id ?? 0,
    membershipId: await attachMembership(await createCompany(), {}),
  };
}

let serial = 0;

/** A scenario for every route that creates, by its `operationId`. */
export const SCENARIOS: Record<string, (world: World) => Scenario | Promise<Scenario>> = {
  ...OTHER_SCENARIOS,
  createUser: () => {
    const name = unique();
    return {
      path: "/users",
      asked: posted({ first_name: name, last_name: "Once", email: `${name}@once.test` }),
      count: () => countIn(env.DIRECTORY, "users WHERE first_name = ?", name),
    };
  },
  createCompany: ({ owner }) => {
    const name = unique();
    return {
      path: "/companies",
      asked: posted({ name }, owner),
      count: () => countIn(env.DIRECTORY, "companies WHERE name = ?", name),
    };
  },
  grantUserAccesses: async ({ company, owner }) => {
    const below = await createCompany({ parent: company });
    const person = await createUser({ access: [{ company, role: "agent" }] });
    return {
      path: `/users/${person.id}/user_access`,
      asked: posted({ user_accesses: [{ company_id: below.id, access_id: 3 }] }, owner),
      count: () => countIn(env.DIRECTORY, "user_accesses WHERE company_id = ?", below.id),
    };
  },
  attachMembership: async ({ membershipId }) => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    return {
      path: `/companies/${company.id}/membership`,
      asked: posted({ membership_id: membershipId }, owner),
      count: () => countIn(env.DIRECTORY, "company_memberships WHERE company_id = ?", company.id),
    };
  },
  createInvitation: async () => {
    // How many a company may send is limited.
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const email = `${unique()}@once.test`;
    return {
      path: "/invitations",
      asked: posted({ email, company_id: company.id, access_id: 3 }, owner),
      count: () => countIn(env.DIRECTORY, "invitations WHERE email = ?", email),
    };
  },
  publishLegalTerms: ({ operator }) => {
    const version = unique();
    const texts = ["en", "es", "pt"].map((locale) => ({ locale, title: version, body: "All of it." }));
    return {
      path: "/legal_terms",
      asked: posted({ version, texts }, operator),
      count: async () => (await countIn(env.DIRECTORY, "legal_terms WHERE version = ?", version)) / 3,
    };
  },
  createCycle: ({ company, owner }) => {
    const name = unique();
    const day = Date.UTC(2030, 0, 1) + serial * 86_400_000;
    const body = {
      name,
      starts_at: new Date(day).toISOString(),
      ends_at: new Date(day + 3_600_000).toISOString(),
    };
    return {
      path: `/companies/${company.id}/cycles`,
      asked: posted(body, owner),
      count: () => countIn(company.database, "cycles WHERE name = ?", name),
    };
  },
  createCampaign: ({ company, owner }) => {
    const name = unique();
    return {
      path: `/companies/${company.id}/campaigns`,
      asked: posted({ name }, owner),
      count: () => countIn(company.database, "campaigns WHERE name = ?", name),
    };
  },
  createQuestion: ({ company, owner, campaign }) => {
    const key = unique();
    const options = [{ label: "Yes", value: "yes" }];
    return {
      path: `/campaigns/${campaign.id}/questions`,
      asked: posted({ key, text: "Once?", kind: "single_choice", options }, owner),
      count: () => countIn(company.database, "questions WHERE key = ?", key),
    };
  },
  createSource: async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    return {
      path: `/companies/${company.id}/sources`,
      asked: posted({ name: "Fair" }, owner),
      count: () => countIn(company.database, "lead_sources WHERE company_id = ?", company.id),
    };
  },
  createTerritory: async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    return {
      path: `/companies/${company.id}/territories`,
      asked: posted({ name: "North", user_ids: [owner.id], countries: ["MX"] }, owner),
      count: () => countIn(company.database, "territories WHERE company_id = ?", company.id),
    };
  },
  createLead: ({ company, owner }) => {
    const email = `${unique()}@once.test`;
    return {
      path: `/companies/${company.id}/leads`,
      asked: posted({ email, tags: ["once"] }, owner),
      count: () => countIn(company.database, "leads WHERE email = ?", email),
    };
  },
  createLeadNote: ({ company, owner, leadId }) => {
    const body = unique();
    return {
      path: `/leads/${leadId}/notes`,
      asked: posted({ body }, owner),
      count: () => countIn(company.database, "lead_notes WHERE body = ?", body),
    };
  },
  mergeLeads: async ({ company, owner }) => {
    const [kept, other] = [await createLead(company), await createLead(company)];
    return {
      path: `/leads/${kept.id}/merge`,
      asked: posted({ lead_ids: [other.id] }, owner),
      count: () => countIn(company.database, "leads WHERE duplicate_of = ?", kept.id),
    };
  },
  eraseLead: async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const { id } = await createLead(company);
    return {
      path: `/leads/${id}/erase`,
      asked: posted({}, owner),
      count: () => countIn(company.database, "erasures WHERE company_id = ?", company.id),
    };
  },
  erasePerson: async () => {
    const company = await createCompany();
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    return {
      path: `/companies/${company.id}/erasures`,
      asked: posted({ email: "gone@example.test" }, owner),
      count: () => countIn(company.database, "erasures WHERE company_id = ?", company.id),
    };
  },
  createImport: ({ company, owner }) => {
    const source = unique();
    return {
      path: `/import?company_id=${company.id}&source=${source}`,
      asked: {
        method: "POST",
        token: owner.token,
        headers: { "Content-Type": "text/csv" },
        body: `email\n${source}@once.test\n`,
      },
      count: () => countIn(company.database, "imports WHERE source = ?", source),
    };
  },
  cancelImport: () =>
    controlled({
      step: "cancel",
      before: { status: serial % 2, queuedAt: 1 },
      after: "imports WHERE cancel_requested_at IS NOT NULL AND id = ?",
      action: "import.cancelled",
    }),
  commitImport: () =>
    controlled({
      step: "commit",
      before: { status: 6, dryRun: true, finishedAt: Date.now(), nextRecord: 4, createdRecords: 3 },
      after: "imports WHERE status = 0 AND announced ->> '$.created_records' = 3 AND NOT dry_run AND id = ?",
      action: "import.committed",
    }),
  retryImport: () =>
    controlled({
      step: "retry",
      before: { status: 5, finishedAt: Date.now(), totalRecords: null },
      after: "imports WHERE status = 0 AND finished_at IS NULL AND id = ?",
      action: "import.retried",
    }),
  undoImport: () =>
    controlled({
      step: "undo",
      before: { status: 2, finishedAt: Date.now(), nextRecord: 4, createdRecords: 3, totalRecords: 3 },
      after: "import_undos WHERE next_record = 3 AND import_id = ?",
      action: "import.undo_requested",
    }),
};

interface Control {
  step: "commit" | "cancel" | "retry" | "undo";
  /** The import as it is before. */
  before: Parameters<typeof createImportRow>[2];
  /** Where to count what the step leaves behind, by the import's id. */
  after: string;
  /** What the trail says of it. */
  action: string;
}

/** A step of an import, which is done once where what it leaves behind is there once, and the trail tells of it once. */
async function controlled({ step, before, after, action }: Control): Promise<Scenario> {
  serial += 1;
  // A company's imports wait for each other.
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const { id, importCode } = await createImportRow(company, owner, before);
  const told = async (database: D1Database, table: string) => {
    const query = `SELECT source_id FROM ${table} WHERE action = ? AND company_id = ? AND object_id = ?`;
    const { results } = await database
      .prepare(query)
      .bind(action, company.id, id)
      .all<{ source_id: string }>();
    return results.map((event) => event.source_id);
  };
  return {
    path: `/import/${importCode}/${step}`,
    asked: { method: "POST", token: owner.token },
    count: async () => {
      // An event that is being carried is on both sides.
      const events = [
        ...(await told(company.database, "audit_outbox")),
        ...(await told(env.DIRECTORY, "audit_events")),
      ];
      const [done, recorded] = [await countIn(company.database, after, id), new Set(events).size];
      return done === recorded ? done : Number.NaN;
    },
  };
}

function unique(): string {
  serial += 1;
  return `once_${serial}_${crypto.randomUUID().slice(0, 8)}`;
}

function posted(json: unknown, user?: TestUser): Call {
  return { method: "POST", json, ...(user && { token: user.token }) };
}

async function countIn(database: D1Database, what: string, value: unknown): Promise<number> {
  const row = await database.prepare(`SELECT count(*) AS n FROM ${what}`).bind(value).first<{ n: number }>();
  return row?.n ?? 0;
}
