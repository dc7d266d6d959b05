import * as z from "zod";
import { isPublicAddress } from "./addresses.ts";
import { privateAddress, TargetRefused } from "./check-url.ts";

/** How long the resolver may take, in milliseconds. */
const PATIENCE_MS = 5_000;

/** The types of records that have addresses. */
const ADDRESSES = { A: 1, AAAA: 28 } as const;

/** An answer of DNS over HTTPS in JSON, as far as it is read. @see https://developers.google.com/speed/public-dns/docs/doh/json */
const Answer = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).optional(),
});

/** The resolver could not be asked, which says nothing of the name. */
export class ResolverFailed extends Error {
  override readonly name = "ResolverFailed";
}

/**
 * Asks which addresses a name has now, and refuses it where one of them is none of the internet. Who connects asks
 * again, and may get another answer: a Worker cannot say which address `fetch` connects to.
 *
 * @param resolver the address of DNS over HTTPS.
 * @throws TargetRefused where it has a private address, or none. @throws ResolverFailed
 */
export async function checkName(resolver: string, hostname: string): Promise<void> {
  const addresses = await Promise.all(
    Object.entries(ADDRESSES).map(([type, number]) => addressesOf(resolver, hostname, type, number)),
  );
  const all = addresses.flat();
  if (all.length === 0) {
    throw new TargetRefused("not_resolved", "must have a name that has an address: this one has none");
  }
  if (!all.every(isPublicAddress)) throw privateAddress();
}

async function addressesOf(resolver: string, name: string, type: string, number: number): Promise<string[]> {
  const url = new URL(resolver);
  url.searchParams.set("name", name);
  url.searchParams.set("type", type);
  try {
    const response = await fetch(url, {
      headers: { Accept: "application/dns-json" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) throw new ResolverFailed(`the resolver answered ${response.status}`);
    const { Answer: records = [] } = Answer.parse(await response.json());
    return records.filter((record) => record.type === number).map(({ data }) => data);
  } catch (error) {
    if (error instanceof ResolverFailed) throw error;
    throw new ResolverFailed(error instanceof Error ? error.name : "unknown");
  }
}
