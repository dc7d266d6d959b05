import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { below, pick, type Random, randomOf } from "../../fixtures/random.ts";
import { call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { prepareImport, runToEnd } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { KEYS, type Keys, type Mode, type ModelLead, ModelLeads } from "./model.ts";

/** `COPY_SEQUENCES=1000 LONGEST_FILE_MINUTES=60 node test/run.ts <this file>` for more. */
const SEQUENCES = Number(env.COPY_SEQUENCES) || howMany(10, 30);
const STEPS = 25;

/** Few people, so that they meet. */
const SAID = {
  email: ["a@leads.test", "b@leads.test", "c@leads.test", "d@leads.test"],
  phone: ["+525512345601", "+525512345602", "+525512345603"],
  external_id: ["x-1", "x-2", "x-3", "x-4"],
} as const;

const FILLED = { email: 0.6, phone: 0.6, external_id: 0.3 };

function keysOf(random: Random): Keys {
  const said = (key: keyof Keys) => (random() < FILLED[key] ? pick(random, SAID[key]) : null);
  const keys = { email: said("email"), phone: said("phone"), external_id: said("external_id") };
  return keys.email === null && keys.phone === null ? { ...keys, email: pick(random, SAID.email) } : keys;
}

class Sequence {
  readonly model = new ModelLeads();
  readonly company: TestCompany;
  readonly token: string;
  readonly random: Random;
  readonly said: string[] = [];

  constructor(company: TestCompany, token: string, random: Random) {
    this.company = company;
    this.token = token;
    this.random = random;
  }

  async step(): Promise<void> {
    const { model, random } = this;
    const live = model.leads.filter(({ isDeleted }) => !isDeleted);
    const [lead] = live.length > 0 ? [live[below(random, live.length)]] : [];
    const kind = pick(random, [
      "import",
      "import",
      "import",
      "create",
      "update",
      "update",
      "update",
      "delete",
      "restore",
      "merge",
      "erase",
    ]);
    if (kind === "import") await this.import();
    else if (kind === "create") await this.create(keysOf(random));
    else if (kind === "restore") await this.restore();
    else if (lead === undefined) return;
    else if (kind === "update") await this.update(lead, keysOf(random));
    else if (kind === "delete") await this.delete(lead);
    else if (kind === "erase") await this.erase(lead);
    else
      await this.merge(
        lead,
        live.filter((one) => one !== lead && random() < 0.3),
      );
  }

  private async send(path: string, method: "POST" | "PUT" | "DELETE", json?: object): Promise<Response> {
    const answer = await call(path, { token: this.token, method, ...(json && { json }) });
    this.said.push(`${method} ${path} ${JSON.stringify(json)} → ${answer.status}`);
    return answer;
  }

  private async create(keys: Keys): Promise<void> {
    const may = this.model.mayCreate(keys);
    const answer = await this.send(`/companies/${this.company.id}/leads`, "POST", keys);
    expect(answer.status, this.text()).toBe(may ? 201 : 409);
    if (may) this.model.add(((await answer.json()) as { lead: { id: number } }).lead.id, keys);
  }

  private async update(lead: ModelLead, keys: Keys): Promise<void> {
    const answer = await this.send(`/leads/${lead.id}`, "PUT", keys);
    expect(answer.status, this.text()).toBe(this.model.update(lead, keys) ? 200 : 409);
  }

  private async delete(lead: ModelLead): Promise<void> {
    expect((await this.send(`/leads/${lead.id}`, "DELETE")).status, this.text()).toBe(204);
    this.model.delete(lead);
  }

  private async restore(): Promise<void> {
    const deleted = this.model.leads.filter(({ isDeleted }) => isDeleted);
    const lead = deleted[below(this.random, deleted.length)];
    if (!lead) return;
    const answer = await this.send(`/leads/${lead.id}/restore`, "POST");
    expect(answer.status, this.text()).toBe(this.model.restore(lead) ? 200 : 409);
  }

  private async merge(kept: ModelLead, others: ModelLead[]): Promise<void> {
    if (others.length === 0) return;
    const answer = await this.send(`/leads/${kept.id}/merge`, "POST", {
      lead_ids: others.map(({ id }) => id),
    });
    expect(answer.status, this.text()).toBe(200);
    this.model.merge(kept, others);
  }

  private async erase(lead: ModelLead): Promise<void> {
    expect((await this.send(`/leads/${lead.id}?erase=true`, "DELETE")).status, this.text()).toBe(204);
    this.model.erase(lead);
  }

  private async import(): Promise<void> {
    const { company, random } = this;
    const mode: Mode = pick(random, ["skip", "update", "update", "create", "create"]);
    const records = Array.from({ length: 1 + below(random, 5) }, () => keysOf(random));
    const file = [
      KEYS.join(","),
      ...records.map((keys) => KEYS.map((key) => keys[key] ?? "").join(",")),
    ].join("\n");
    const code = await prepareImport(company, file, mode, null, "MX", {
      matchBy: ["external_id", "email", "phone"],
    });
    const limits = { ...CHUNK_LIMITS, records: 1 + below(random, 6) };
    this.said.push(`${mode}, chunks of ${limits.records}\n${file}`);
    await runToEnd(code, undisturbed, { limits });
    const created = this.model.import(records, mode);
    const { results } = await company.database
      .prepare(
        `SELECT id, record_number AS record FROM leads
         WHERE import_id = (SELECT id FROM imports WHERE import_code = ?) ORDER BY id`,
      )
      .bind(code)
      .all<{ id: number; record: number }>();
    const made = results.filter(({ record }) => created.has(record));
    expect([made.length, results.length], this.text()).toEqual([created.size, created.size]);
    const ids = new Map(made.map(({ id, record }) => [created.get(record)?.id, id]));
    for (const lead of this.model.leads) {
      lead.first = ids.get(lead.first ?? 0) ?? lead.first;
      lead.id = ids.get(lead.id) ?? lead.id;
    }
  }

  async compare(): Promise<void> {
    const { results } = await this.company.database
      .prepare(
        `SELECT id, email, phone, external_id, duplicate_of AS first, deleted_at IS NOT NULL AS is_deleted
         FROM leads WHERE company_id = ? ORDER BY id`,
      )
      .bind(this.company.id)
      .all<Record<string, number | string | null>>();
    const leads = results.map(({ is_deleted, ...lead }) => ({ ...lead, isDeleted: is_deleted === 1 }));
    expect(leads, this.text()).toEqual([...this.model.leads].sort((a, b) => a.id - b.id));
  }

  private text(): string {
    return this.said.join("\n");
  }
}

it.each(Array.from({ length: 10 }, (_, part) => part))(
  "copies point to the earliest lead of their person, whatever changes, part %i",
  async (part) => {
    for (let seed = part; seed < SEQUENCES; seed += 10) {
      const company = await createCompany();
      const { token } = await createUser({ access: [{ company, role: "manager" }] });
      const sequence = new Sequence(company, token, randomOf(4, seed));
      for (let step = 0; step < STEPS; step++) {
        await sequence.step();
        await sequence.compare();
      }
    }
  },
  3_600_000,
);
