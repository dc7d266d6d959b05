import { beforeAll, expect, test } from "vitest";
import { createSurroundings, type Surroundings, send, subjectsOf } from "./cases/requests.ts";
import { NAUGHTY_STRINGS, OUR_OWN } from "./cases/strings.ts";

const HEADERS = [
  "Authorization",
  "Idempotency-Key",
  "If-None-Match",
  "X-D1-Bookmark",
  "X-Request-Id",
  "User-Agent",
  "CF-Connecting-IP",
  "Origin",
  "Accept-Language",
];

/** What a header can carry without being written otherwise: ASCII on one line, of any length. */
const VALUES = [
  ...OUR_OWN,
  ...NAUGHTY_STRINGS,
  "x".repeat(10_000),
  "a=b,".repeat(1_000),
  "leads_0=0,".repeat(200),
].filter((text) => /^[\x20-\x7e]*$/.test(text));

const SHARERS = HEADERS.length;
const subject = subjectsOf(({ operationId }) => operationId === "createCompany")[0];

let around: Surroundings;

beforeAll(async () => {
  around = await createSurroundings();
});

test.each(HEADERS.map((header, index) => [header, index] as const))("%s", async (header, index) => {
  if (!subject) throw new Error("no route");
  const surprises: string[] = [];
  for (const value of VALUES.filter((_, at) => at % SHARERS === index % SHARERS)) {
    const request = await subject.request(around);
    const answer = await send(request, JSON.stringify(request.json), { [header]: value });
    if (answer.status >= 500 || answer.status === 429) surprises.push(`${value}: ${answer.status}`);
    await answer.text();
  }
  expect(surprises).toEqual([]);
});
