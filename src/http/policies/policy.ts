import type { Actor, CompanyActor, Role, UserActor } from "../../auth/actor.ts";
import type { Databases } from "../../db/clients.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { notForKeys, unauthorized } from "../../errors.ts";
import type { Creation } from "../idempotency/creation.ts";

/** Where a request names what it is about. */
export type Place = "path" | "query" | "body" | "body_or_query";

/** Where a request names a company or a user: in a parameter of the path, unless `in` says otherwise. */
export interface Named {
  in?: Place;
  field: string;
}

/** What a user may do with another one, as {@link userPolicy} says it. */
export type UserPermission = "see" | "manage" | "manage_somewhere" | "grant" | "self";

/** A policy in words, for the document and for tests: what a route declares, and nothing that decides. */
export type Declaration =
  | { kind: "public" | "signed_link" | "optional" | "signed_in" | "operator" }
  | { kind: "companies"; role: Role }
  | ({ kind: "company" | "tenant"; role: Role } & Named)
  | ({ kind: "user"; may: UserPermission } & Named)
  | { kind: "directory_row" | "row" | "row_or_link"; role: Role }
  | { kind: "streamed"; role: Role; field: string };

/** The part of a request that names its subject, before its body is read. */
export interface RequestTarget {
  readonly params: Readonly<Record<string, string>>;
  query(name: string): string | undefined;
}

/** A request whose caller is not known yet. */
export interface BegunTarget extends RequestTarget {
  readonly databases: Databases;
  /** The user that the token names; `null` for the holder of an API key. */
  readonly userId: number | null;
  /** A header of the request. */
  header(name: string): string | undefined;
}

/** What a policy decides by. */
export interface PolicyInput extends RequestTarget {
  /** `null` for a caller who did not sign in. */
  readonly actor: Actor | null;
  readonly databases: Databases;
  readonly env: Env;
  /** When the request came, in milliseconds since 1970. */
  readonly now: number;
  /** A header of the request. */
  header(name: string): string | undefined;
  /** The body, read once: the handler gets the same one. */
  readBody(): Promise<unknown>;
}

/** What a policy grants a handler: what it needs, and nothing that reaches further. */
export interface Granted {
  actor?: Actor | null;
  /** The company that the request is about, where it is about one. */
  companyId?: number;
  /** The lead store of that company, open for it alone. */
  tenant?: Tenant;
}

/** Who may call a route, and where the request names its subject. */
export interface Policy<Grant extends Granted = Granted> {
  readonly declares: Declaration;
  /** Whether the caller must be signed in, may be, or is ignored. */
  readonly caller: "required" | "optional" | "ignored";
  /**
   * Whether API keys are let in, within the scope of the route. Without it only people are: what is theirs (accounts,
   * sessions, passwords), what says who may do what (accesses, invitations, keys), and what the trail and bills say.
   */
  readonly acceptsKeys?: boolean;
  /** Whether a route is about everything that the caller sees: all their accesses are loaded with them. */
  readonly listsAll?: boolean;
  /**
   * The company that a request is probably about, as far as that is known before its caller is: their access in it
   * is loaded together with them. Nothing is decided by it.
   *
   * @param userId `null` for the holder of an API key, whose own company is loaded with it anyway.
   */
  locate?(target: RequestTarget, userId: number | null): number | undefined;
  /**
   * Starts what is read for the decision before it is known who calls, such as the row that the path names: at the same time as the
   * directory is asked who that is. What it reads is shown to nobody before `authorize` has let them in.
   */
  begin?(target: BegunTarget): void;
  /** Decides, before more of the request is looked at than what names the company or user. @throws 401, 403 or 404. */
  authorize(input: PolicyInput): Promise<Grant>;
}

/**
 * The user who calls.
 *
 * @throws 401 for a caller who did not sign in, 403 for one who came with an API key.
 */
export function requireUser(input: Pick<PolicyInput, "actor">): UserActor {
  const actor = requireCompanyActor(input);
  if (actor.kind === "user") return actor;
  throw notForKeys();
}

/**
 * The user or the API key that calls. What a key may ask for at all is decided before, by the scope of the route.
 *
 * @throws 401 for a caller who did not sign in.
 */
export function requireCompanyActor({ actor }: Pick<PolicyInput, "actor">): CompanyActor {
  switch (actor?.kind) {
    case "user":
    case "api_key":
      return actor;
    // Links and jobs have functions of their own, and call no route by a policy.
    case "link":
    case "system":
    case undefined:
      throw unauthorized("Send an access token or an API key as `Authorization: Bearer <token>`.");
  }
}

/** What the validators of a route have read of a request. */
export interface ReadParameters {
  params: unknown;
  query: unknown;
}

/** A request whose every part was checked. */
export interface Checked {
  /** @returns the body of the answer, or the answer itself. */
  handle(creation: Creation): Promise<unknown>;
  /** The answer for what an earlier try created, by its id, where a route creates. */
  recover?(objectId: number): Promise<unknown>;
}

/** A request whose caller may make it. */
export interface Admitted extends Granted {
  /**
   * Reads the body of the request, and puts its parts together.
   *
   * @param parameters what the validators of the route have read. @throws 422 that names what is wrong.
   */
  check(parameters: ReadParameters): Promise<Checked>;
}
