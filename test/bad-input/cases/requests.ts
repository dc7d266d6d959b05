import type { RouteSpec } from "../../../src/http/route-spec.ts";
import { ROUTES } from "../../../src/routes.ts";
import type { Asked, Case } from "../../conformance/cases/case.ts";
import { CASES } from "../../conformance/cases.ts";
import type { Side } from "../../conformance/world.ts";
import { call } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestUser,
} from "../../harness/factories.ts";
import { MORE_CASES } from "./more-cases.ts";

/** A request that is right in itself, and made by somebody who may make it. */
export interface RightRequest extends Asked {
  method: string;
  /** Empty for a caller who is not signed in. */
  token: string;
}

/** One way to ask a route for something. */
export interface Subject {
  name: string;
  spec: RouteSpec;
  /** Fresh each time, so that what one request uses up is there for the next. */
  request(around: Surroundings): Promise<RightRequest>;
}

/** Two customers, and somebody who runs the installation. */
export interface Surroundings {
  mine: Side;
  theirs: Side;
  operator: TestUser;
}

export async function createSurroundings(): Promise<Surroundings> {
  return {
    mine: await createSide("mine"),
    theirs: await createSide("theirs"),
    operator: await createUser({ operator: true }),
  };
}

async function createSide(word: string): Promise<Side> {
  const company = await createCompany({ name: word });
  const child = await createCompany({ name: `${word} north`, parent: company });
  const owner = await createOwner(company);
  const { importCode } = await createImportRow(company, owner);
  const link = (file: string) => `/import/${importCode}/${file}?expires=1&user=1&signature=none`;
  return {
    company,
    child,
    owner,
    campaign: await createCampaign(company),
    import: { import_code: importCode, original_file: link("original_file"), error_file: link("error_file") },
    avatar: "/avatars/none",
    word,
  };
}

/** Every way to ask routes of the table for something, from the cases of the conformance test. */
export function subjectsOf(which: (spec: RouteSpec) => boolean): Subject[] {
  return ROUTES.filter(({ spec }) => which(spec)).flatMap(({ spec }) => {
    const name = nameOf(spec);
    const cases = [...(CASES[name] ?? [missing(name)]), ...(MORE_CASES[name] ?? [])];
    return cases.map((one, index) => ({
      name: index === 0 ? name : `${name}, another way`,
      spec,
      request: (around) => rightRequest(one, spec, around),
    }));
  });
}

/** One of them for each route. */
export function eachRoute(which: (spec: RouteSpec) => boolean = () => true): Subject[] {
  const all = subjectsOf(which);
  return all.filter((one, index) => all.findIndex(({ spec }) => spec === one.spec) === index);
}

/** Fails whatever is tried of a route, and nothing of the others. */
function missing(name: string): Case {
  const about = () => {
    throw new Error(`test/conformance/cases has none for ${name}`);
  };
  return { access: "public", about };
}

/** Makes a request with another body than its own. @param differs headers beside its own, or in their place. */
export function send(
  { path, method, token, headers }: RightRequest,
  body: BodyInit,
  differs: Record<string, string> = {},
): Promise<Response> {
  return call(path, {
    method,
    token,
    body,
    headers: { "Content-Type": "application/json", ...headers, ...differs },
  });
}

export const nameOf = ({ method, path }: RouteSpec): string => `${method.toUpperCase()} ${path}`;

/** Whether a route reads a body of JSON. */
export const acceptsJson = ({ request }: RouteSpec): boolean => request?.body !== undefined;

async function rightRequest(
  { access, about }: Case,
  { limit }: RouteSpec,
  { mine, operator }: Surroundings,
): Promise<RightRequest> {
  const owner = await nextOwner(mine, limit !== undefined);
  const asked = await about({ ...mine, owner });
  return { method: "GET", ...asked, token: tokenFor(access, asked, owner, operator) };
}

function tokenFor(access: Case["access"], { subject }: Asked, owner: TestUser, operator: TestUser): string {
  if (access === "public" || access === "signed_link") return "";
  // An address is another one each time, whereas what a user asks for is counted together.
  if (access === "optional") return "";
  if (access === "operator") return operator.token;
  if (["subject", "own", "user self"].includes(access)) return subject?.token ?? "";
  return owner.token;
}

const REQUESTS_OF_AN_OWNER = 20;
let current: { companyId: number; owner: TestUser; left: number } | undefined;

/** An owner of a side, until another one takes over, lest one user's requests are too many. */
async function nextOwner({ company }: Side, limited: boolean): Promise<TestUser> {
  if (limited) return createOwner(company);
  if (current?.companyId !== company.id || current.left === 0) {
    current = { companyId: company.id, owner: await createOwner(company), left: REQUESTS_OF_AN_OWNER };
  }
  current.left -= 1;
  return current.owner;
}

function createOwner(company: { id: number }): Promise<TestUser> {
  return createUser({ access: [{ company, role: "owner" }], password: true });
}
