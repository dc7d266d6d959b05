import { call } from "../../harness/api.ts";
import { wrongIn } from "./refusals.ts";
import type { RightRequest } from "./requests.ts";
import { written } from "./writes.ts";

/** Another address than a request's own. */
export interface OtherAddress {
  path: string;
  /** To the parameter that differs. */
  pointer: string;
  /** Whether it may be taken. */
  taken: boolean;
  /** Of somebody else than who makes the request. */
  token?: string;
}

const SIDE_BY_SIDE = 12;

/**
 * Makes a request to other addresses than its own, some side by side. Ask `written` after what was made for it.
 *
 * @returns what is wrong with the answers, or was written by requests of which none may be taken.
 */
export async function wrongAt(request: RightRequest, others: OtherAddress[]): Promise<string[]> {
  const surprises: string[] = [];
  for (let from = 0; from < others.length; from += SIDE_BY_SIDE) {
    const some = others.slice(from, from + SIDE_BY_SIDE);
    const problems = await Promise.all(some.map((other) => wrongAtOne(request, other)));
    surprises.push(...problems.flat());
    const wrote = await written();
    if (wrote.length === 0 || some.some(({ taken }) => taken && request.method !== "GET")) continue;
    surprises.push(`one of ${some.map(({ path }) => path.slice(0, 200)).join(" ")} wrote ${wrote}`);
  }
  return surprises;
}

async function wrongAtOne(
  { method, json, headers, body, ...own }: RightRequest,
  { path, pointer, taken, token = own.token }: OtherAddress,
): Promise<string[]> {
  const answer = await call(path, {
    method,
    token,
    ...(json !== undefined && { json }),
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  });
  if (taken && answer.ok) return [];
  return (await wrongIn(answer, pointer)).map((one) => `${path.slice(0, 200)}: ${one}`);
}
