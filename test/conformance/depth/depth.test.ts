import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RouteSpec } from "../../../src/http/route-spec.ts";
import worker from "../../../src/index.ts";
import { ROUTES } from "../../../src/routes.ts";
import { requestOf } from "../../harness/api.ts";
import { callsInARow, type Depth } from "../../harness/databases/calls-in-a-row.ts";
import { createUser, type TestUser } from "../../harness/factories.ts";
import type { Asked, Case } from "../cases/case.ts";
import { CASES } from "../cases.ts";
import { createWorld, type World } from "../world.ts";
import { barOf, MORE } from "./bars.ts";

const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;

let world: World;
/** Whom the isolate knows. */
let owner: TestUser;
const lines: string[] = [];
const over: string[] = [];
const lower: string[] = [];

beforeAll(async () => {
  world = await createWorld();
  owner = await createOwner();
});

afterAll(() => {
  // biome-ignore lint/suspicious/noConsole: the figures that this test is run for.
  console.log(
    [
      "calls in a row, caller known / not known; all calls; rows read, rows written",
      ...lines.toSorted(),
      ...(lower.length > 0 ? [`bars.ts can be lowered for ${lower.toSorted().join(", ")}`] : []),
      `${lines.length} routes, ${over.length} over the bars${over.length > 0 ? `: ${over.toSorted().join(", ")}` : ""}`,
    ].join("\n"),
  );
});

/** Who makes the request: an operator where it takes one, the user whom alone it is for, nobody, or an owner. */
function callerOf({ access }: Case, { subject }: Asked, owner: TestUser): TestUser | undefined {
  if (access === "public" || access === "signed_link") return undefined;
  if (access === "operator") return world.operator;
  return ["subject", "own", "user self"].includes(access) ? (subject ?? owner) : owner;
}

async function ask({ response }: RouteSpec, wanted: Case, owner: TestUser): Promise<Depth> {
  const { path, ...asked } = await wanted.about(world.a);
  const caller = callerOf(wanted, { path, ...asked }, owner);
  const { bindings, depth } = callsInARow(env);
  const context = createExecutionContext();
  const request = requestOf(path, { ...(caller && { token: caller.token }), ...asked });
  const answer = await worker.fetch(request, bindings, context);
  // What goes on after the answer keeps nobody waiting.
  const measured = depth();
  const text = await answer.text();
  await waitOnExecutionContext(context);
  if (answer.status !== response.status) throw new Error(`${answer.status}: ${text}`);
  return measured;
}

const createOwner = () => createUser({ access: [{ company: world.a.company, role: "owner" }] });

/** Writes take longer, and are measured by the bench alone. */
const MEASURED = ROUTES.map(({ spec }) => spec).filter(
  (spec) => env.DEPTH === "all" || spec.method === "get",
);

test.each(MEASURED.map((spec) => [nameOf(spec), spec] as const))("%s", async (name, spec) => {
  const [wanted] = CASES[name] ?? [];
  if (!wanted) throw new Error(`no case for ${name}`);
  const bar = barOf(spec);
  // What an isolate keeps of catalogues is there then, too. What has a limit of its own is asked by others each time.
  const caller = spec.limit ? await createOwner() : owner;
  await ask(spec, wanted, caller);
  if (spec.limit) await ask(spec, wanted, caller);
  let warm = await ask(spec, wanted, caller);
  // Now and then a request waits for a limit first.
  if (warm.row > bar[0]) warm = await ask(spec, wanted, caller);
  const cold = await ask(spec, wanted, await createOwner());
  const figures = [warm.row, cold.row, warm.calls, warm.rows, warm.written].map((figure) =>
    String(figure).padStart(6),
  );
  lines.push(`${figures.join("")}  ${name}`);
  if (env.DEPTH_TRAIL !== "" && name.includes(env.DEPTH_TRAIL)) {
    lines.push(...[warm, cold].flatMap(({ trail }) => ["", ...trail]).map((line) => `${name}: ${line}`));
  }
  if (warm.row > bar[0] || cold.row > bar[1]) over.push(name);
  const [known, unknown] = MORE[name] ?? bar;
  if (name in MORE && (warm.row < known || cold.row < unknown)) lower.push(name);
  expect(warm.row).toBeLessThanOrEqual(known);
  expect(cold.row).toBeLessThanOrEqual(unknown);
});
