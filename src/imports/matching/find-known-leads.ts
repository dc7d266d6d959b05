import type { Identity } from "../../leads/duplicates/identity.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import type { PlannedKeys } from "../dry-run/planned-keys.ts";
import {
  keyIn,
  type PlannedLookUp,
  plannedLeads,
  plannedLookUp,
  plannedValues,
} from "../dry-run/planned-leads.ts";
import { CROWD, type KnownLead } from "./known-leads.ts";

/** The keys of a chunk's records, and the company whose leads are looked up by them. */
export interface LookUp {
  companyId: number;
  importId: number;
  /** JSON arrays of what the leads are looked up by. */
  externalIds: string;
  emails: string;
  /** Of records without an e-mail: any lead with the phone is their person. */
  barePhones: string;
  /** Of records with an e-mail: only a lead that has none is. */
  phones: string;
  /** Whether it is asked which leads have copies. */
  withCopies: boolean;
  /** In a dry run, what its plan is looked up by. */
  planned: PlannedLookUp | null;
}

/** The result of a look-up, and the version of the company's identities at that moment. */
export interface Found {
  leads: KnownLead[];
  /** As the database wrote it, to be compared with a later answer. */
  text: string;
  version: number;
}

/**
 * What the leads are looked up by that records may meet.
 *
 * @param matchBy the keys that count.
 * @param allExternalIds whether those are looked up that do not count, too: no two leads have the same.
 * @param withCopies whether it is asked which leads have copies: only an update changes whose these are.
 * @param plan hashes the keys of a dry run.
 */
export function lookUpOf(
  { companyId, importId }: Pick<LookUp, "companyId" | "importId">,
  records: readonly Identity[],
  matchBy: readonly MatchKey[],
  allExternalIds: boolean,
  withCopies: boolean,
  plan: PlannedKeys | null,
): LookUp {
  const externalIds: string[] = [];
  const emails: string[] = [];
  const barePhones: string[] = [];
  const phones: string[] = [];
  const byId = allExternalIds || matchBy.includes("external_id");
  const byEmail = matchBy.includes("email");
  const byPhone = matchBy.includes("phone");
  for (const { email, phone, externalId } of records) {
    if (byId && externalId !== null) externalIds.push(externalId);
    if (byEmail && email !== null) emails.push(email);
    if (byPhone && phone !== null) (email === null ? barePhones : phones).push(phone);
  }
  return {
    companyId,
    importId,
    externalIds: JSON.stringify(externalIds),
    emails: JSON.stringify(emails),
    barePhones: JSON.stringify(barePhones),
    phones: JSON.stringify(phones),
    withCopies,
    planned: plan && plannedLookUp(plan, { externalIds, emails, barePhones, phones }),
  };
}

/**
 * The leads that have a key of a list, of each key as few as are needed to see that it is that of many. Most keys of a
 * file are new: whether there is a lead at all is asked first, which costs least.
 *
 * @param list the parameter that is the list.
 */
function holders(list: string, index: string, condition: string): string {
  const leads = `FROM leads INDEXED BY ${index}
    WHERE company_id = ?1 AND ${condition} AND duplicate_of IS NULL AND deleted_at IS NULL`;
  return `SELECT h.id FROM json_each(${list}) k CROSS JOIN leads h
    WHERE EXISTS (SELECT 1 ${leads}) AND h.id IN (SELECT id ${leads} LIMIT ${CROWD})`;
}

/**
 * The leads that records may meet, as JSON, sorted by id; it binds {@link lookUpValues} to `?1` to `?6`. Copies and
 * deleted leads are left out.
 */
const foundLeads = (withCopies: boolean) => `(
  SELECT json_group_array(json_array(id, email, phone, external_id, record, is_met, has_copies)) FROM (
    SELECT l.id, l.email, l.phone, l.external_id, iif(l.import_id = ?2, l.record_number, NULL) AS record,
      EXISTS (SELECT 1 FROM import_matches m WHERE m.lead_id = l.id AND m.import_id = ?2) AS is_met,
      ${withCopies ? hasCopies("l.id") : "0"} AS has_copies
    FROM leads l WHERE l.id IN (${HOLDERS})
    ORDER BY l.id))`;

const hasCopies = (lead: string) => `EXISTS (SELECT 1 FROM leads c WHERE c.duplicate_of = ${lead})`;

const HOLDERS = `${holders("?3", "leads_external_id", "external_id = k.value")}
  UNION ALL ${holders("?4", "leads_email", "email = k.value")}
  UNION ALL ${holders("?5", "leads_phone", "phone = k.value")}
  UNION ALL ${holders("?6", "leads_phone", "phone = k.value AND email IS NULL")}`;

/** The same in a dry run, which sees its own plan besides; it binds `?1` to `?10`. */
const foundWithPlan = (withCopies: boolean) => plannedLeads(HOLDERS, withCopies ? hasCopies : () => "0");

const VERSION = "coalesce((SELECT identity_version FROM lead_counts WHERE company_id = ?1), -1)";

function lookUpValues(lookUp: LookUp) {
  const { companyId, importId, externalIds, emails, barePhones, phones, planned } = lookUp;
  const values = [companyId, importId, externalIds, emails, barePhones, phones];
  return planned ? [...values, ...plannedValues(planned)] : values;
}

const FOUND = { plain: foundLeads(false), withCopies: foundLeads(true) };
const FOUND_WITH_PLAN = { plain: foundWithPlan(false), withCopies: foundWithPlan(true) };

function foundBy({ withCopies, planned }: LookUp): string {
  const { plain, withCopies: all } = planned ? FOUND_WITH_PLAN : FOUND;
  return withCopies ? all : plain;
}

/** The statement that looks leads up; {@link readFound} reads its answer. */
export function lookUpStatement(db: D1Database, lookUp: LookUp): D1PreparedStatement {
  return db
    .prepare(`SELECT ${foundBy(lookUp)} AS leads, ${VERSION} AS version`)
    .bind(...lookUpValues(lookUp));
}

/** Of a plan the keys are hashes, and leads that are new in it have no id. */
type Row = [
  id: number | null,
  email: string | number | null,
  phone: string | number | null,
  externalId: string | number | null,
  record: number | null,
  isMet: number,
  hasCopies: number,
];

/** What {@link lookUpStatement} found. */
export function readFound(result: D1Result | undefined, { planned }: LookUp): Found {
  const [row] = (result?.results ?? []) as { leads: string; version: number }[];
  if (!row) throw new Error("a look-up without an answer");
  const leads = (JSON.parse(row.leads) as Row[]).map(
    ([id, email, phone, externalId, record, isMet, hasCopies]) => ({
      id,
      email: keyIn(planned, email),
      phone: keyIn(planned, phone),
      externalId: keyIn(planned, externalId),
      record,
      // A lead that the import itself created was met by the record that it is of.
      isMet: isMet === 1 || record !== null,
      hasCopies: hasCopies === 1,
    }),
  );
  return { leads, text: row.leads, version: row.version };
}

/** Looks up the leads that records may meet. */
export async function findKnownLeads(db: D1Database, lookUp: LookUp): Promise<Found> {
  return readFound(await lookUpStatement(db, lookUp).all(), lookUp);
}

/**
 * A statement that breaks a constraint of the chunk, and the batch with it, where leads have come, gone or changed
 * their keys since they were looked up.
 *
 * @param exactly whether only changes of the very leads count that the look-up is about: it is made again then.
 */
export function assertStillFound(
  db: D1Database,
  lookUp: LookUp,
  { text, version }: Found,
  firstRecord: number,
  exactly: boolean,
): D1PreparedStatement {
  const update = "UPDATE import_chunks SET records = NULL WHERE import_id = ?2 AND first_record";
  const values = lookUpValues(lookUp);
  return exactly
    ? db
        .prepare(`${update} = ?${values.length + 1} AND ${foundBy(lookUp)} <> ?${values.length + 2}`)
        .bind(...values, firstRecord, text)
    : db
        .prepare(`${update} = ?3 AND ${VERSION} <> ?4`)
        .bind(lookUp.companyId, lookUp.importId, firstRecord, version);
}

/** Whether a batch failed because of {@link assertStillFound}. */
export function isIdentityError(error: unknown): boolean {
  return error instanceof Error && /constraint failed: import_chunks\.records/.test(error.message);
}

/** Whether a batch failed because an external id is another lead's. */
export function isExternalIdError(error: unknown): boolean {
  const taken = "UNIQUE constraint failed: leads.company_id, leads.external_id";
  return error instanceof Error && error.message.includes(taken);
}
