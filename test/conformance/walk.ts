import type { Route } from "../../src/http/route.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { requestOf, waitForImport } from "../harness/api.ts";
import { type Caller, RIVALS, SIDES, type SideName } from "./callers.ts";
import type { Across, Asked, Case } from "./cases/case.ts";
import { expected, expectedOfSubject, isOpen, seesNoLead } from "./policy.ts";
import type { Sample } from "./sample.ts";
import { type Dump, dumpsOf, secretsOf, untilErased, type World } from "./world.ts";

/** Sends a request to the API, as it is or as a test has changed it. */
export type Send = (request: Request) => Promise<Response>;

export interface Walk {
  calls: number;
  /** What is not as it should be, one line each. */
  surprises: string[];
}

interface Ground {
  world: World;
  callers: Caller[];
  /** Who asks about whom. */
  sample: Sample;
  send: Send;
}

/**
 * Tries a route as every caller: about A, about B and C, and with what is theirs named in other places; as an agent
 * of A, also with what others of A work. Before and after those who have no business with B and C, all that is kept of these is compared.
 */
export async function walk(
  { spec }: Route,
  wanted: Case,
  { world, callers, sample, send }: Ground,
): Promise<Walk> {
  const success = spec.response.status;
  const open = isOpen(wanted.access);
  const result: Walk = { calls: 0, surprises: [] };
  const ask = async (
    who: { name: string; token?: string | undefined },
    what: string,
    asked: Asked,
    status: number,
    hidden: string[],
  ) => {
    result.calls += 1;
    const unexpected = await surprisesOf(
      spec,
      { ...asked, ...(who.token && { token: who.token }) },
      status,
      hidden,
    );
    result.surprises.push(...unexpected.map((one) => `${who.name} asks about ${what}: ${one}`));
  };
  /** What is asked about a side by those who get nothing: it is there as before, for the next of them, too. */
  const refused = new Map<SideName, Asked>();
  const aboutOf = async (side: SideName, status: number): Promise<Asked> => {
    if (status === success) {
      // What is made for it may take the place of what was there.
      refused.delete(side);
      return wanted.about(world[side]);
    }
    const asked = refused.get(side) ?? (await wanted.about(world[side]));
    refused.set(side, asked);
    return asked;
  };
  const askAbout = async (caller: Caller, side: SideName, hidden: string[], asked?: Asked) => {
    if (!sample(caller, side)) return;
    const status = expected(wanted, caller, side, spec);
    const who = { name: caller.name, token: await caller.token(spec, wanted) };
    await ask(who, side, asked ?? (await aboutOf(side, status)), status, hidden);
  };

  async function surprisesOf(
    own: RouteSpec,
    { path, subject: _, ...asked }: Asked,
    status: number,
    hidden: string[],
  ) {
    const answer = await send(requestOf(path, asked));
    const text = await answer.text();
    const surprises: string[] = [];
    if (answer.status !== status) surprises.push(`${answer.status} instead of ${status}: ${text}`);
    surprises.push(...tells(answer, text, hidden));
    if (answer.ok) surprises.push(...(await misshapen(own, answer, text, world)));
    return surprises;
  }

  // First all who have no business with B and C, then these themselves. What they ask for is there before.
  const rivals = RIVALS.map((side) => world[side]);
  const ofRivals = rivals.flatMap(secretsOf);
  // A link to a file is valid for its holder.
  const hiddenFrom = (agent: boolean) => [...ofRivals, ...(agent && !open ? world.a.unseen.secrets : [])];
  const strangers = callers.filter((caller) => !RIVALS.some((side) => isOf(caller, side)));
  const acrossRivals: Across[][] = [];
  for (const side of RIVALS) {
    refused.set(side, await wanted.about(world[side]));
    acrossRivals.push((await wanted.across?.(world.a, world[side])) ?? []);
  }
  await untilErased();
  const before = await dumpsOf(rivals);
  for (const caller of strangers) {
    if (caller.standing === "operator") {
      await askAbout(caller, "a", []);
      continue;
    }
    const hidden = hiddenFrom(isAgent(caller));
    await askAbout(caller, "a", hidden);
    for (const { what, ask: unseen, status } of isAgent(caller)
      ? ((await wanted.unseen?.(world.a)) ?? [])
      : []) {
      await ask(
        { name: caller.name, token: await caller.token(spec, wanted) },
        `a, ${what}`,
        unseen,
        seesNoLead(caller, "a", spec.path) ? 404 : status,
        hidden,
      );
    }
    if (caller.key?.triesAll === false) continue;
    for (const [index, side] of RIVALS.entries()) {
      if (!sample(caller, side) && !open) continue;
      // Routes that are open by a password, a link or a name do not depend on the caller.
      if (!open) await askAbout(caller, side, hidden, refused.get(side));
      const reaches = open
        ? caller.name === "anonymous"
        : caller.standing !== "nobody" && expected(wanted, caller, "a", spec) === success;
      for (const { what, ask: across, status } of reaches ? (acrossRivals[index] ?? []) : []) {
        await ask(
          { name: caller.name, token: await caller.token(spec, wanted) },
          `${side}, ${what}`,
          across,
          status,
          hidden,
        );
      }
    }
  }
  const after = await dumpsOf(rivals);
  for (const [index, side] of RIVALS.entries()) {
    if (JSON.stringify(before[index]) !== JSON.stringify(after[index])) {
      result.surprises.push(`something of ${side} has changed: ${difference(before[index], after[index])}`);
    }
  }

  for (const caller of callers.filter((one) => one.standing === "operator" || !strangers.includes(one))) {
    for (const side of SIDES) {
      if (open && !isOf(caller, side)) continue;
      const others = RIVALS.filter((one) => !isOf(caller, one)).map((one) => world[one]);
      const hidden = caller.standing === "operator" ? [] : others.flatMap(secretsOf);
      await askAbout(caller, side, hidden);
    }
  }
  const own = await wanted.about(world.a);
  if (own.subject) {
    const who = { name: "the user themselves", token: own.subject.token };
    await ask(who, "a", own, expectedOfSubject(wanted, success), hiddenFrom(true));
  }
  return result;
}

function isOf({ standing }: Caller, side: SideName): boolean {
  return typeof standing !== "string" && standing[side] !== undefined;
}

function isAgent({ standing }: Caller): boolean {
  return typeof standing !== "string" && standing.a === "agent";
}

/** What an answer tells of that of which nothing may be in it. */
function tells(answer: Response, text: string, hidden: string[]): string[] {
  // A problem and a Link say which address was asked; that much the caller knew.
  const told = answer.ok || text === "" ? text : JSON.stringify({ ...JSON.parse(text), instance: undefined });
  const headers = JSON.stringify([...answer.headers].filter(([header]) => header !== "link"));
  return hidden
    .filter((secret) => told.includes(secret) || headers.includes(secret))
    .map((secret) => `tells "${secret}": ${text}`);
}

/** Whether an answer of success is what its route says, to the last field. */
async function misshapen(
  { response }: RouteSpec,
  answer: Response,
  text: string,
  world: World,
): Promise<string[]> {
  if ("file" in response) {
    const type = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
    return [response.file].flat().includes(type) ? [] : [`is ${type} instead of ${response.file}`];
  }
  if (response.status === 204) return text === "" ? [] : [`has a body: ${text}`];
  const read = response.schema.safeParse(JSON.parse(text));
  if (!read.success) return [`is not of its schema: ${read.error.message}`];
  // An import that was started goes on by itself: what comes next is to find it at rest.
  const started = answer.status === 202 && JSON.parse(text).import_file;
  if (started) await waitForImport(started.import_code, await world.operator.token);
  return [];
}

/** The rows that are not in both, of each table. */
function difference(before: Dump = {}, after: Dump = {}): string {
  const missing = (from: unknown[] = [], rows: unknown[] = []) => {
    const texts = new Set(from.map((row) => JSON.stringify(row)));
    return rows.map((row) => JSON.stringify(row)).filter((row) => !texts.has(row));
  };
  return Object.keys({ ...before, ...after })
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name} ${missing(after[name], before[name])} → ${missing(before[name], after[name])}`)
    .join("; ");
}
