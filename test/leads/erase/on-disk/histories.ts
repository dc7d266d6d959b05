import { setTimeout as sleep } from "node:timers/promises";

/** How leads come to be what they are before they are erased: over HTTP, as anybody does it. */

export interface Api {
  url: string;
  token: string;
  companyId: number;
}

/** A person of whom each word is found nowhere else. */
export interface Person {
  first: string;
  last: string;
  email: string;
  /** The last eight digits of their phone. */
  digits: string;
  word: string;
}

const LETTERS = "bcdfghjklmnpqrstvwxz";

/** @param number from 0. */
export function personOf(number: number): Person {
  const spell = (salt: number) => {
    let value = (number + 1) * 7919 + salt * 104_729;
    let text = "";
    for (let at = 0; at < 6; at++) {
      text += LETTERS[value % LETTERS.length] ?? "";
      value = Math.floor(value / 3) + salt + at * 17 + number;
    }
    return text;
  };
  const tail = `${spell(1)}${spell(2)}${number}`;
  return {
    first: `Fqz${tail}`,
    last: `Lqz${tail}`,
    email: `eqz${tail}@mail-${tail}.test`,
    digits: String(31_000_000 + number * 7_919),
    word: `wqz${tail}`,
  };
}

/** What of a person must be nowhere. */
export const wordsOf = ({ first, last, email, digits, word }: Person) => [first, last, email, digits, word];

export async function ask(
  { url, token }: Pick<Api, "url" | "token">,
  method: string,
  path: string,
  json?: unknown,
  headers: Record<string, string> = {},
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
): Promise<any> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(json !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function sendFile(api: Api, lines: string[], query = "") {
  const answer = await fetch(`${api.url}/api/v1/import?company_id=${api.companyId}${query}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "text/csv" },
    body: `${lines.join("\n")}\n`,
  });
  await imported(api, answer);
}

/** Sends a file by its name, under a key for repetitions. */
async function sendNamed(api: Api, lines: string[], name: string) {
  const form = new FormData();
  form.set("company_id", String(api.companyId));
  form.set("file", new File([`${lines.join("\n")}\n`], name, { type: "text/csv" }));
  const headers = { Authorization: `Bearer ${api.token}`, "Idempotency-Key": crypto.randomUUID() };
  await imported(api, await fetch(`${api.url}/api/v1/import`, { method: "POST", headers, body: form }));
}

/** Sends the one part of a file by its name. @returns the upload. */
async function sendPart(api: Api, person: Person): Promise<number> {
  const body = `${fileOf(person).join("\n")}\n`;
  const { upload } = await ask(api, "POST", "/import/uploads", {
    company_id: api.companyId,
    file_name: `${person.first} ${person.last} ${person.email}.csv`,
    bytes: Buffer.byteLength(body),
  });
  const answer = await fetch(`${api.url}/api/v1/import/uploads/${upload.id}/parts/1`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/octet-stream" },
    body,
  });
  if (!answer.ok) throw new Error(`a part was answered ${answer.status}`);
  return upload.id;
}

async function imported(api: Api, answer: Response) {
  await importedFrom(api, (await answer.json()) as Sent);
}

interface Sent {
  import_file: { import_code: string };
}

async function importedFrom(api: Api, { import_file: sent }: Sent) {
  for (let turn = 0; turn < 600; turn++) {
    const { import_file: seen } = await ask(api, "GET", `/import/${sent.import_code}`);
    if (seen.finished_at !== null) return;
    await sleep(50);
  }
  throw new Error("the import never ends");
}

const HEADER = "email,phone,first_name,last_name,company_name,notes,Favourite";
const lineOf = ({ first, last, email, digits, word }: Person, email_ = email) =>
  `${email_},+5255${digits},${first},${last},${word} Ltd,"${word}, ${first}",${word}`;
const bystander = (at: number) => `by${at}@stander.test,,By,Stander${at},,"${"note ".repeat(at % 30)}",blue`;

/** A file with the person in the midst of others. */
const fileOf = (person: Person, differs = lineOf(person)) => [
  HEADER,
  ...[1, 2, 3, 4, 5].map((at) => bystander(Number(person.digits) + at)),
  differs,
  ...[6, 7, 8, 9].map((at) => bystander(Number(person.digits) + at)),
];

async function find(api: Api, { email }: Person): Promise<number> {
  const { leads } = await ask(
    api,
    "GET",
    `/companies/${api.companyId}/leads?email_eq=${encodeURIComponent(email)}`,
  );
  return leads[0].id;
}

const bodyOf = ({ first, last, email, digits, word }: Person) => ({
  ...{ first_name: first, last_name: last, email, phone: `+5255${digits}`, company_name: `${word} Ltd` },
});

async function create(api: Api, person: Person, more: object = {}, headers = {}): Promise<number> {
  const path = `/companies/${api.companyId}/leads`;
  return (await ask(api, "POST", path, { ...bodyOf(person), ...more }, headers)).lead.id;
}

const change = (api: Api, id: number, json: object) => ask(api, "PUT", `/leads/${id}`, json);

/** Each gives the lead to erase. */
export const HISTORIES: Record<string, (api: Api, person: Person) => Promise<number>> = {
  created: create,
  "created and changed several times": async (api, person) => {
    const id = await create(api, person);
    await change(api, id, { notes: person.word.repeat(20) });
    await change(api, id, { first_name: `${person.first} ${person.first}`, city: person.word });
    await change(api, id, { first_name: person.first, notes: null, stage: "contacted" });
    return id;
  },
  "given another address": async (api, person) => {
    const id = await create(api, person, { email: `old-${person.email}` });
    await change(api, id, { email: person.email });
    return id;
  },
  imported: async (api, person) => {
    await sendFile(api, fileOf(person));
    return find(api, person);
  },
  "imported, and updated by another file": async (api, person) => {
    await sendFile(api, fileOf(person));
    await sendFile(
      api,
      fileOf(person, `${person.email},,${person.first},${person.last}-2,,,`),
      "&on_duplicate=update",
    );
    return find(api, person);
  },
  "imported, and skipped in another file": async (api, person) => {
    await sendFile(api, fileOf(person));
    await sendFile(api, fileOf(person));
    return find(api, person);
  },
  "imported, and rejected in another file": async (api, person) => {
    await sendFile(api, fileOf(person));
    await sendFile(api, [
      HEADER,
      `${person.email} or not,,${person.first},,,,`,
      "nobody@,,,,,,",
      bystander(1),
    ]);
    return find(api, person);
  },
  "what another lead was before an import": async (api, person) => {
    const { word, digits } = person;
    const id = word.replace("wqz", "id-");
    await create(api, person, { external_id: id });
    await sendFile(
      api,
      [
        "external_id,email,phone,first_name,last_name,company_name",
        `${id},now-${id}@stander.test,+5266${Number(digits) + 50_000_000},By,Stander,Ltd`,
      ],
      "&on_duplicate=update&match_by=external_id",
    );
    return create(api, person);
  },
  "with long texts": async (api, person) => {
    const text = `${person.word} ${person.last} `.repeat(700).slice(0, 20_000);
    return create(api, person, { notes: text, custom_fields: { [person.word]: text } });
  },
  "with notes, tags and stages": async (api, person) => {
    const id = await create(api, person, { tags: [person.word, "vip"] });
    await ask(api, "POST", `/leads/${id}/notes`, { body: `Called ${person.first}: ${person.word}` });
    await ask(api, "POST", `/leads/${id}/notes`, { body: `${person.word} `.repeat(1000) });
    await change(api, id, { stage: "contacted", tags: [person.word] });
    await change(api, id, { stage: "qualified" });
    return id;
  },
  "merged of two": async (api, person) => {
    const id = await create(api, person, { phone: null });
    const other = await create(api, person, { email: `two-${person.email}` });
    await ask(api, "POST", `/leads/${id}/merge`, { lead_ids: [other] });
    return id;
  },
  "deleted before": async (api, person) => {
    const id = await create(api, person, { notes: person.word });
    await ask(api, "DELETE", `/leads/${id}`);
    return id;
  },
  "created under an Idempotency-Key": async (api, person) =>
    create(
      api,
      person,
      { external_id: person.word },
      { "Idempotency-Key": person.word.replace("wqz", "key-") },
    ),
  "imported from a file that came in parts": async (api, person) => {
    const id = await sendPart(api, person);
    await importedFrom(api, await ask(api, "POST", `/import/uploads/${id}/complete`, {}));
    return find(api, person);
  },
  "in an upload that is not complete": async (api, person) => {
    await sendPart(api, person);
    return create(api, person);
  },
  // The last one: the first page of the table of imports keeps what stood there, which nothing writes over.
  "imported from a file with their name, under a key": async (api, person) => {
    await sendNamed(api, fileOf(person), `${person.first} ${person.last} ${person.email}.csv`);
    return find(api, person);
  },
};
