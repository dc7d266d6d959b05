import { createExecutionContext, env } from "cloudflare:test";
import { app } from "../../../src/app.ts";
import { createSecret } from "../../../src/auth/api-keys/secret.ts";
import { hashPassword } from "../../../src/auth/passwords/passwords.ts";
import { createRefreshToken, hashRefreshToken } from "../../../src/auth/sessions/sessions.ts";
import { signAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { requestOf } from "../../harness/api.ts";
import { doneWith, type Outcome } from "../rules/apply.ts";
import { type Deed, NOBODY, type State } from "../rules/state.ts";
import { look } from "./look.ts";
import { PASSWORDS } from "./passwords.ts";
import { requestFor } from "./requests.ts";
import { type Device, NO_ID, prepare, type Row, type World } from "./world.ts";

/** The product with a world of its own in it, seen as the model sees it: people and companies counted from 0. */
interface Product {
  perform(deed: Deed): Promise<Outcome>;
  look(): Promise<{ state: State; withoutOwner: boolean[] }>;
}

// No mail goes out: what is written of it is enough.
// What is tried at one account within a minute is no stranger's.
const limits = { RESET_LIMIT: env.REQUEST_LIMIT, LOGIN_LIMIT: env.REQUEST_LIMIT };
const bindings = { ...env, ...limits, MAILS: { send: async () => {} } } as unknown as Env;

let ownHash: Promise<string> | undefined;

/** Puts a world into the directory. */
export async function build(state: State): Promise<Product> {
  const { people, companies, held, sessions } = state;
  const now = Date.now();
  const emails = people.map((_, person) => `p${person}-${crypto.randomUUID()}@in.test`);
  ownHash ??= hashPassword(PASSWORDS.own);
  const hash = await ownHash;
  const [newUsers, newCompanies] = await env.DIRECTORY.batch<Row>([
    prepare(
      `INSERT INTO users (email, email_confirmed_at, first_name, last_name, status, operator, password_hash, created_at, updated_at)
       SELECT value->>'email', iif(value->>'confirmed', ?1, NULL), 'P', key,
         value->>'status', value->>'operator', iif(value->>'password' IS NULL, NULL, ?3), ?1, ?1
       FROM json_each(?2) WHERE value->>'status' <> 'none' RETURNING id, email`,
      now,
      JSON.stringify(people.map((person, index) => ({ ...person, email: emails[index] }))),
      hash,
    ),
    prepare(
      `INSERT INTO companies (name, lead_store, created_at, updated_at)
       SELECT 'Model', 0, ?1, ?1 FROM json_each(?2) RETURNING id`,
      now,
      JSON.stringify(companies),
    ),
  ]);
  const idsByEmail = new Map((newUsers?.results ?? []).map(({ id, email }) => [String(email), id as number]));
  const userIds = emails.map((email) => idsByEmail.get(email) ?? null);
  const companyIds = (newCompanies?.results ?? []).map(({ id }) => id as number).sort((a, b) => a - b);
  const idOf = (company: number | null) => (company === null ? null : (companyIds[company] as number));
  const lines = companies.flatMap((parent, company) => [
    [idOf(company), idOf(company), 0],
    ...(parent === null ? [] : [[idOf(company), idOf(parent), 1]]),
  ]);
  await env.DIRECTORY.batch([
    prepare(
      `UPDATE companies SET parent_company_id = value->>1 FROM json_each(?) WHERE companies.id = value->>0`,
      JSON.stringify(companies.map((parent, company) => [idOf(company), idOf(parent)])),
    ),
    prepare(
      `INSERT INTO company_ancestors (company_id, ancestor_id, depth)
       SELECT value->>0, value->>1, value->>2 FROM json_each(?)`,
      JSON.stringify(lines),
    ),
    prepare(
      `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at)
       SELECT value->>0, value->>1, value->>2, value->>3, ? FROM json_each(?) ORDER BY key`,
      now,
      JSON.stringify(
        held.map((one) => [userIds[one.person], idOf(one.company), one.access, Number(one.primary)]),
      ),
    ),
  ]);
  const signedIn = sessions.map(({ person }) => person);
  const devices = await signIn(userIds, signedIn);
  const world: World = {
    ...{ userIds, emails, companyIds, devices },
    ...{ invitationIds: [], keyIds: [], secrets: [], versions: userIds.map(() => 0) },
    ...{ accessIds: new Map(), strangers: new Set() },
  };
  await addOffers(world, state);
  return productOf(world);
}

/** Puts the invitations and the keys that are there from the start into the directory. */
async function addOffers(world: World, { invitations, keys }: State): Promise<void> {
  const { userIds, emails, companyIds } = world;
  const now = Date.now();
  const made = keys.map((key) => ({ ...key, ...createSecret() }));
  world.secrets.push(...made.map(({ secret }) => secret));
  await env.DIRECTORY.batch([
    prepare(
      `INSERT INTO invitations (company_id, email, access_id, invited_by, created_at, expires_at)
       SELECT value->>0, value->>1, value->>2, value->>3, ?1, ?1 + 86400000 FROM json_each(?2) ORDER BY key`,
      now,
      JSON.stringify(
        invitations.map(({ company, person, access, inviter }) => [
          ...[companyIds[company], emails[person], access, userIds[inviter]],
        ]),
      ),
    ),
    prepare(
      `INSERT INTO api_keys (company_id, name, access_id, prefix, secret_hash, created_by, created_at)
       SELECT value->>0, 'Program', value->>1, value->>2, value->>3, value->>4, ?1 FROM json_each(?2) ORDER BY key`,
      now,
      JSON.stringify(
        made.map((key) => [
          ...[companyIds[key.company], key.access, key.prefix, key.secretHash, userIds[key.maker]],
        ]),
      ),
    ),
  ]);
}

/** Signs people in, each on a device of their own, long enough ago that changing a password takes the present one. */
async function signIn(userIds: (number | null)[], people: number[]): Promise<Device[]> {
  const since = Date.now() - 3_600_000;
  const devices = people.map((person) => {
    const [family, token] = [crypto.randomUUID(), createRefreshToken()];
    return { person, id: 0, family, firstToken: token, token, hash: hashRefreshToken(token) };
  });
  const { results } = await prepare(
    `INSERT INTO sessions (user_id, family, refresh_hash, created_at, signed_in_at, expires_at)
     SELECT value->>0, value->>1, value->>2, ?1, ?1, ?1 + 86400000 FROM json_each(?2) ORDER BY key
     RETURNING id, family`,
    since,
    JSON.stringify(devices.map(({ person, family, hash }) => [userIds[person], family, hash])),
  ).all<{ id: number; family: string }>();
  const ids = new Map(results.map(({ id, family }) => [family, id]));
  return devices.map(({ hash: _, ...device }) => ({ ...device, id: ids.get(device.family) ?? 0 }));
}

function productOf(world: World): Product {
  const { userIds, versions, companyIds, strangers, devices } = world;
  const tokens = new Map<string, string>();

  async function tokenOf(person: number): Promise<string> {
    const key = `${userIds[person]}/${versions[person]}`;
    const user = { id: userIds[person] ?? NO_ID, tokenVersion: versions[person] ?? 0 };
    const token = tokens.get(key) ?? (await signAccessToken(env, user, "model", Date.now())).token;
    tokens.set(key, token);
    return token;
  }

  async function perform(deed: Deed): Promise<Outcome> {
    const { path, ...asked } = await requestFor(world, deed);
    const request = requestOf(path, {
      ...asked,
      ...(deed.actor !== NOBODY && { token: await tokenOf(deed.actor) }),
    });
    const answer = await app.fetch(request, bindings, createExecutionContext());
    const text = await answer.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
    const body: any = text === "" ? {} : JSON.parse(text);
    if (answer.status >= 300) return answer.status >= 500 ? text : body.code;
    if (deed.kind === "make") companyIds.push(body.company.id);
    if (deed.kind === "makeKey") world.secrets.push(body.secret);
    if (deed.kind === "refresh") (devices[deed.session] as Device).token = body.refresh_token;
    if (deed.kind === "signUp" || deed.kind === "create") {
      const row = await prepare("SELECT password_hash FROM users WHERE id = ?", body.user.id).first(
        "password_hash",
      );
      if (typeof row === "string") strangers.add(row);
    }
    const tells = deed.kind === "confirm" || (deed.kind === "see" && deed.what === "pending");
    return doneWith(tells ? await numbersOf(body.invitations) : undefined);
  }

  /** Invitations as the model counts them: some may be newer than when it last looked. */
  async function numbersOf(told: { id: number }[]): Promise<number[]> {
    const { results } = await prepare(
      "SELECT id FROM invitations WHERE company_id IN (SELECT value FROM json_each(?)) ORDER BY id",
      JSON.stringify(companyIds),
    ).all<{ id: number }>();
    const ids = results.map(({ id }) => id);
    return told.map(({ id }) => ids.indexOf(id)).sort((a, b) => a - b);
  }

  return { perform, look: () => look(world) };
}
