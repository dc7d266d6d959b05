import { call } from "../harness/api.ts";
import { wrongWith } from "./refusals.ts";
import type { RightRequest } from "./requests.ts";

/**
 * Makes a request to another address than its own. Ask `written` after what was made for it.
 *
 * @param pointer to the parameter that differs.
 * @param taken whether it may be taken.
 * @returns what is wrong with the answer.
 */
export async function wrongAt(
  { method, token, json, headers, body }: RightRequest,
  path: string,
  pointer: string,
  taken: boolean,
): Promise<string[]> {
  const answer = await call(path, {
    method,
    token,
    ...(json !== undefined && { json }),
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  });
  if (taken && answer.ok) return [];
  return (await wrongWith(answer, pointer)).map((one) => `${path.slice(0, 200)}: ${one}`);
}
