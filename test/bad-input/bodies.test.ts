import { beforeAll, describe, expect, test } from "vitest";
import { problemOf } from "../harness/api.ts";
import { FORM_TYPE, formBytes, inPieces } from "../harness/form.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import {
  acceptsJson,
  createSurroundings,
  eachRoute,
  nameOf,
  type RightRequest,
  type Surroundings,
  send,
} from "./cases/requests.ts";
import { files, watchWrites, written } from "./cases/writes.ts";

const subjects = eachRoute(acceptsJson);
const named = subjects.map((one) => [nameOf(one.spec), one] as const);

let around: Surroundings;

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

interface Body {
  what: string;
  body: BodyInit;
  headers?: Record<string, string>;
}

/** Sends bodies that are to be refused, side by side. @returns each with its status and the code. */
async function refused(request: RightRequest, bodies: Body[]) {
  await written();
  const kept = await files();
  const answers = bodies.map(async ({ what, body, headers = {} }) => {
    const answer = await send(request, body, headers);
    const { code } = await problemOf(answer, answer.status);
    return { what, status: answer.status, code };
  });
  const all = await Promise.all(answers);
  expect({ wrote: await written(), files: await files() }).toEqual({ wrote: [], files: kept });
  return all;
}

const textOf = ({ json }: RightRequest) => JSON.stringify(json);
const bytesOf = (request: RightRequest) => new TextEncoder().encode(textOf(request));

describe("a body of another kind", () => {
  test.each(named)("%s", async (_, subject) => {
    const request = await subject.request(around);
    const others = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "text/json",
      "application/jsonp",
      "x",
      "",
    ];
    const types = subject.spec.form ? others : [...others, FORM_TYPE];
    const bodies = types.map((what) => ({
      what,
      body: bytesOf(request),
      headers: { "Content-Type": what },
    }));
    expect(await refused(request, bodies)).toEqual(
      types.map((what) => ({ what, status: 415, code: "unsupported_media_type" })),
    );
  });
});

describe("a body that says what it is in another way", () => {
  test.each(named)("%s", async (_, subject) => {
    const types = [
      "APPLICATION/JSON",
      "application/json; charset=utf-16",
      'application/json;charset="x"',
      "application/a+json",
    ];
    for (const type of types) {
      const request = await subject.request(around);
      const answer = await send(request, textOf(request), { "Content-Type": type });
      expect({ type, status: answer.status }).toEqual({ type, status: subject.spec.response.status });
    }
  });
});

describe("a body in pieces, of which nobody says how many", () => {
  test.each(named)("%s", async (_, subject) => {
    const request = await subject.request(around);
    const answer = await send(request, inPieces(bytesOf(request), 7));
    expect(answer.status, await answer.text()).toBe(subject.spec.response.status);
  });
});

describe("a body that is too large", () => {
  test.each(named)("%s", async (_, subject) => {
    const request = await subject.request(around);
    const limit = subject.spec.bodyBytes ?? 1024 * 1024;
    const large = new TextEncoder().encode(`{"padding":"${"x".repeat(limit)}"}`);
    const tooLarge = { status: 413, code: "payload_too_large" };
    const spaces = new TextEncoder().encode(" ".repeat(limit / 2));
    const bodies = [
      { what: "whole", body: large },
      { what: "in pieces", body: inPieces(large, 64 * 1024) },
      { what: "spaces", body: spaces },
    ];
    expect(await refused(request, bodies)).toEqual([
      { what: "whole", ...tooLarge },
      { what: "in pieces", ...tooLarge },
      { what: "spaces", status: 400, code: "malformed_request" },
    ]);
  });
});

describe("bytes that are not what they are said to be", () => {
  test.each(named)("%s", async (_, subject) => {
    const request = await subject.request(around);
    const malformed = { status: 400, code: "malformed_request" };
    const bodies = Object.entries(await garbled(request)).map(([what, body]) => ({ what, body }));
    expect(await refused(request, bodies)).toEqual(bodies.map(({ what }) => ({ what, ...malformed })));
  });

  // One function refuses what is packed, for all routes: each gets a part of these, by turns.
  test.each(named.map(([name, subject], turn) => [name, subject, turn] as const))(
    "%s, said to be packed",
    async (_, subject, turn) => {
      const request = await subject.request(around);
      const unsupported = { status: 415, code: "unsupported_media_type" };
      const all = Object.entries({ right: bytesOf(request), ...(await garbled(request)) });
      const bodies = all
        .flatMap(([what, body]) =>
          ["gzip", "br", "GZIP, x"].map((coding) => ({
            what: `${what} as ${coding}`,
            body,
            headers: { "Content-Encoding": coding },
          })),
        )
        .filter((_, index) => index % TURNS === turn % TURNS);
      expect(await refused(request, bodies)).toEqual(bodies.map(({ what }) => ({ what, ...unsupported })));
      const plain = await send(request, bytesOf(request), { "Content-Encoding": "Identity" });
      expect(plain.status).toBe(subject.spec.response.status);
    },
  );
});

const TURNS = howMany(5, 1);

async function garbled(request: RightRequest): Promise<Record<string, BodyInit>> {
  const right = bytesOf(request);
  const packed = new Blob([right]).stream().pipeThrough(new CompressionStream("gzip"));
  return {
    "a byte order mark": Uint8Array.from([0xef, 0xbb, 0xbf, ...right]),
    "UTF-16": Uint8Array.from(Buffer.from(textOf(request), "utf16le")),
    "cut off": right.slice(0, -1),
    "two at once": Uint8Array.from([...right, ...right]),
    gzip: await new Response(packed).arrayBuffer(),
    "almost gzip": Uint8Array.from([0x1f, 0x8b, 8, 0, ...right]),
    NUL: Uint8Array.from([...right, 0]),
  };
}

describe("a form that is not right", () => {
  const forms = named.filter(([, { spec }]) => spec.form);

  test.each(forms)("%s", async (_, subject) => {
    const request = await subject.request(around);
    const [id = "", value] = idOf(request);
    const file = { name: "file", fileName: "x.png", value: "not a picture" };
    const wrong: Record<string, BodyInit> = {
      "no form at all": bytesOf(request),
      nothing: new Uint8Array([13, 10]),
      "cut off": formBytes([{ name: id, value: String(value) }, file], { closed: false }),
      "one twice": formBytes([
        { name: id, value: String(value) },
        { name: id, value: String(value) },
      ]),
      "a file as an id": formBytes([{ name: id, fileName: "x", value: String(value) }, file]),
      "a text as a file": formBytes([
        { name: id, value: String(value) },
        { name: "file", value: "x" },
      ]),
      "no picture": formBytes([{ name: id, value: String(value) }, file]),
      "an unknown field": formBytes([
        { name: id, value: String(value) },
        { name: "operator", value: "true" },
      ]),
      "a prototype": formBytes([
        { name: id, value: String(value) },
        { name: "__proto__", value: "x" },
      ]),
      "a name of Object": formBytes([
        { name: id, value: String(value) },
        { name: "toString", value: "x" },
      ]),
    };
    const forms = Object.entries(wrong).map(([what, body]) => ({
      what,
      body,
      headers: { "Content-Type": FORM_TYPE },
    }));
    for (const { what, status } of await refused(request, forms)) expect([400, 422], what).toContain(status);
    const unbounded = ["", "; boundary=", "; boundary=x"].map((rest) => ({
      what: rest,
      body: wrong["no picture"] ?? "",
      headers: { "Content-Type": `multipart/form-data${rest}` },
    }));
    for (const { what, status } of await refused(request, unbounded)) expect(status, what).toBe(400);
  });

  test("there is one at least", () => expect(forms).not.toEqual([]));
});

function idOf({ json }: RightRequest): [string, unknown] {
  const entry = Object.entries(json as object).find(([name]) => name.endsWith("_id"));
  if (!entry) throw new Error("no id");
  return entry;
}
