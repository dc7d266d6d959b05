import { beforeAll, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";
import { play } from "../harness/scenario.ts";

const PATH = "/users/validate_jwt";
let user: TestUser;

beforeAll(async () => {
  const company = await createCompany();
  user = await createUser({ access: [{ company, role: "viewer" }] });
});

test.each([
  ["Bearer", (token: string) => `Bearer ${token}`],
  ["bearer in lower case", (token: string) => `bearer ${token}`],
  ["BEARER in upper case", (token: string) => `BEARER ${token}`],
  ["any case of Bearer, more than one space", (token: string) => `bEaReR   ${token}`],
  ["the bare token", (token: string) => token],
  ["the bare token between spaces", (token: string) => `  ${token} `],
])("reads Authorization as %s", async (_, write) => {
  const { user: seen } = await bodyOf(call(PATH, { headers: { Authorization: write(user.token) } }));
  expect(seen.id).toBe(user.id);
});

test.each([
  ["no header", undefined],
  ["an empty header", ""],
  ["Bearer without a token", "Bearer"],
  ["another scheme", (token: string) => `Basic ${token}`],
  ["the scheme glued to the token", (token: string) => `Bearer${token}`],
  ["two tokens", (token: string) => `Bearer ${token} ${token}`],
  ["two tokens in a list", (token: string) => `Bearer ${token}, Bearer ${token}`],
  ["something else", "Bearer null"],
])("refuses %s", async (_, write) => {
  const header = typeof write === "function" ? write(user.token) : write;
  const answer = await call(PATH, { headers: header === undefined ? {} : { Authorization: header } });
  const problem = await problemOf(answer, 401);
  expect(problem.code).toBe("unauthorized");
  expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="leadsy"');
});

test("who is asking is decided before what is asked: 401, then 403 and 404, then 400", async () => {
  const company = await createCompany();
  const operator = await createUser({ operator: true });
  await play([
    {
      name: "a bad parameter of a stranger",
      path: "/import?nope=1",
      status: 401,
      contains: ["unauthorized"],
      lacks: ["nope"],
    },
    {
      name: "a bad parameter about somebody else's company",
      path: `/companies/${company.id}?nope=1`,
      call: { token: user.token },
      status: 404,
      lacks: ["nope", company.name],
    },
    {
      name: "a path that is no id",
      path: "/companies/abc",
      call: { token: user.token },
      status: 404,
    },
    {
      name: "a path that is no id, from who sees everything",
      path: "/companies/abc",
      call: { token: operator.token },
      status: 400,
      contains: ['"/id"'],
    },
    ...["0x1", "1e0", "%201", "1.0", "0", "-1", "9007199254740992"].map((id) => ({
      name: `${id} as an id, from who sees everything`,
      path: `/companies/${id}`,
      call: { token: operator.token },
      status: 400,
      contains: ['"/id"'],
    })),
    {
      name: "a bad parameter of somebody signed in",
      path: "/import?nope=1",
      call: { token: user.token },
      status: 400,
      contains: ["nope"],
    },
  ]);
});
