import { beforeAll, expect, test } from "vitest";
import { cleanFileName } from "../../src/http/body/file-names.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { DEFAULT_NAME } from "../../src/imports/upload/receive-upload.ts";
import { cleanCell } from "../../src/leads/normalize/clean-cell.ts";
import { decodeEntities } from "../../src/leads/normalize/html-entities.ts";
import { isPlaceholder } from "../../src/leads/normalize/placeholders.ts";
import { readWebAddress } from "../../src/leads/normalize/web-address.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { type Field, fieldsOf, placeOf, pointerOf, withText } from "./cases/fields.ts";
import { wrongWith } from "./cases/refusals.ts";
import {
  acceptsJson,
  createSurroundings,
  type RightRequest,
  type Subject,
  type Surroundings,
  send,
  subjectsOf,
} from "./cases/requests.ts";
import { NAUGHTY_STRINGS, OUR_OWN, ownFor, shareOf } from "./cases/strings.ts";
import { isKept, watchWrites, written } from "./cases/writes.ts";

/** A text of a body; whether each try costs the hash of a password. */
interface Text {
  subject: Subject;
  field: Field;
  slow: boolean;
}

const texts: Text[] = subjectsOf(acceptsJson)
  .flatMap((subject) => fieldsOf(subject.spec).map((field) => ({ subject, field })))
  .filter(({ field }) => field.types.includes("string"))
  .map((one) => ({
    ...one,
    slow: one.subject.spec.limit === "login" || one.field.schema.format === "password",
  }));

let around: Surroundings;
/** Fields that were tried already, in another request to the same route. */
const tried = new Set<string>();

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

test.each(texts.map((one) => [`${one.subject.name} ${pointerOf(one.field)}`, one] as const))(
  "%s",
  async (_, { subject, field, slow }) => {
    if (tried.has(placeOf(subject.spec, field))) return;
    const surprises: string[] = [];
    const values = slow ? fewStrings(tried.size) : [...ownFor(tried.size), ...shareOf(tried.size, SHARERS)];
    let request: RightRequest | undefined;
    let uses = 0;
    for (const value of values) {
      // What was refused has used nothing up.
      if (!request || uses === USES || subject.spec.limit) {
        request = await subject.request(around);
        uses = 0;
        await written();
      }
      uses += 1;
      const text = withText(request.json, field, JSON.stringify(value));
      if (text === null) return;
      const answer = await send(request, text);
      const problems = answer.ok
        ? await wronglyKept(subject.spec, field, value, await answer.text())
        : await wrongWith(answer, pointerOf(field));
      surprises.push(...problems.map((one) => `${JSON.stringify(value)}: ${one}`));
      if (answer.ok) request = undefined;
    }
    tried.add(placeOf(subject.spec, field));
    expect(surprises).toEqual([]);
  },
);

test("every text of every body was tried", () => {
  expect(
    texts.map(({ subject, field }) => placeOf(subject.spec, field)).filter((one) => !tried.has(one)),
  ).toEqual([]);
});

/** How often a request is made again, lest one user's requests are too many. */
const USES = 10;
/** How many fields share the naughty strings: each is tried in more than one all the same. */
const SHARERS = howMany(160, 32);
const FEW = 8;

function fewStrings(number: number): string[] {
  const all = [...OUR_OWN, ...NAUGHTY_STRINGS];
  const step = Math.floor(all.length / FEW);
  return all.filter((_, index) => index % step === number % step);
}

/** What was taken is shown and kept as it was sent, but for what the document says of its kind. */
async function wronglyKept(
  { operationId, tag }: RouteSpec,
  { path, schema }: Field,
  value: string,
  text: string,
): Promise<string[]> {
  if (schema.format === "password" || schema.description?.includes("not kept")) return [];
  const name = String(path.findLast((part) => typeof part === "string"));
  if (operationId === "putLeads" && path[0] === "leads" && isTold(JSON.parse(text), value)) return [];
  const trimmed = value.trim();
  const right: unknown[] = [value, trimmed, ...(name === "email" ? [trimmed.toLowerCase()] : [])];
  if (name === "file_name") right.push(cleanFileName(value) || DEFAULT_NAME);
  // What is said of a lead is cleaned as in a file.
  if (tag === "Leads") {
    const cleaned = cleanCell(value);
    right.push(cleaned, cleaned?.toLowerCase());
    // Kept as the names that it has in it.
    if (name === "full_name") return [];
    if (operationId === "putLeads" && cleaned !== null) right.push(decodeEntities(cleaned));
    if (name === "website" && cleaned !== null) right.push(readWebAddress(cleaned));
  }
  const named = text === "" ? [] : valuesAt(JSON.parse(text), name);
  // How a file is read is shown once it was.
  const shown = tag === "Import" ? named.filter((one) => one !== null) : named;
  if (shown.length > 0 && !shown.some((one) => right.includes(one)))
    return [`shown as ${JSON.stringify(shown)}`];
  // Blank text may be none, which may have been there before.
  if (right.includes(null)) return [];
  return (await isKept(right)) ? [] : ["taken, but kept nowhere"];
}

/** Whether a batch tells of its first lead that a value was not read with certainty, or the value says nothing. */
function isTold({ results: [first] }: { results: BatchResult[] }, value: string): boolean {
  if (first?.outcome === "failed") return Boolean(first.code && first.reason);
  return Boolean(first?.warnings?.length) || isPlaceholder(cleanCell(value) ?? "");
}

interface BatchResult {
  outcome: string;
  code?: string;
  reason?: string;
  warnings?: object[];
}

/** All that an answer has under a name, the values of lists one by one. */
function valuesAt(body: unknown, name: string): unknown[] {
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => [
    ...(key === name ? [value].flat() : []),
    ...valuesAt(value, name),
  ]);
}
