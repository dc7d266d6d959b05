import { beforeAll, describe, expect, test } from "vitest";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { problemOf } from "../harness/api.ts";
import { JSON_CASES, type JsonCase } from "./cases/json-cases.ts";
import {
  acceptsJson,
  createSurroundings,
  type RightRequest,
  type Subject,
  type Surroundings,
  send,
  subjectsOf,
} from "./cases/requests.ts";
import { files, watchWrites, written } from "./cases/writes.ts";

/** A route for each way that a body is read in: to decide the access, or after that; as a form too, or not. */
const subjects = new Map<string, Subject>(
  subjectsOf(acceptsJson)
    .reverse()
    .map((one) => [placeOf(one.spec), one]),
);

function placeOf({ access, form }: RouteSpec): string {
  return ["in" in access && access.in, form !== undefined].join();
}

let around: Surroundings;

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

test("all 318 of JSONTestSuite are here", () => {
  const kinds = JSON_CASES.map(({ name }) => name[0]);
  expect(["y", "n", "i"].map((kind) => kinds.filter((one) => one === kind).length)).toEqual([95, 188, 35]);
});

/** Bodies without a field, which are right where every field may be left out. */
const WITHOUT_FIELDS = ["y_object_empty", "n_structure_no_data"];
const CALLS_OF_A_CALLER = 20;

describe("a body that a parser must take, must refuse, or may do either with", () => {
  test.each([...subjects.values()].map((one) => [one.name, one] as const))("%s", async (_, subject) => {
    const kept = await files();
    await written();
    let request: RightRequest | undefined;
    for (const [index, one] of JSON_CASES.entries()) {
      if (!request || index % CALLS_OF_A_CALLER === 0) {
        expect(await written(), `one of the ${CALLS_OF_A_CALLER} before ${one.name}`).toEqual([]);
        request = await subject.request(around);
        await written();
      }
      const answer = await send(request, one.bytes);
      if (answer.ok && WITHOUT_FIELDS.includes(one.name)) {
        expect(subject.spec.request?.body?.safeParse({}).success, one.name).toBe(true);
        request = undefined;
        await written();
        continue;
      }
      const { status, code } = await refusalOf(answer, one);
      expect({ case: one.name, status, code }).toEqual({
        case: one.name,
        ...expected(one, status, subject.spec),
      });
    }
    expect(await written()).toEqual([]);
    expect(await files()).toEqual(kept);
  });
});

async function refusalOf(answer: Response, { name }: JsonCase): Promise<{ status: number; code: string }> {
  if (answer.status >= 400 && answer.status < 500) return problemOf(answer, answer.status);
  throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
}

const MALFORMED = { status: 400, code: "malformed_request" };
const INVALID = { status: 422, code: "invalid_body" };

const TOO_LARGE = { status: 413, code: "payload_too_large" };

function expected(
  { name, isUtf8, bytes }: JsonCase,
  status: number,
  { bodyBytes }: RouteSpec,
): { status: number; code: string } {
  if (bodyBytes !== undefined && bytes.length > bodyBytes) return TOO_LARGE;
  if (!isUtf8) return MALFORMED;
  if (WITHOUT_FIELDS.includes(name)) return INVALID;
  if (name.startsWith("i_")) return status === MALFORMED.status ? MALFORMED : INVALID;
  return name.startsWith("y_") ? INVALID : MALFORMED;
}
