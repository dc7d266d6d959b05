import { listAccesses } from "../../../src/accesses/queries.ts";
import { viewAccess } from "../../../src/accesses/view.ts";
import { verifyPassword } from "../../../src/auth/passwords/passwords.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { refresh } from "../../../src/sessions/refresh.ts";
import { STATEMENTS, USER_HEADER } from "../bare-statements.ts";

/**
 * The least that each part of authentication can be: a sign-in that is its password's hash alone, a request that is
 * its one query, a refresh that is its transaction. All are the product's own, without router, validation, rate
 * limits, tokens and access rules; it takes the caller's word for who they are.
 */
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/users/login")) {
      const { password } = await request.json<{ password: string }>();
      await verifyPassword(password, null);
      return json({});
    }
    const directory = openDirectory(env.DIRECTORY);
    if (pathname.endsWith("/users/refresh")) {
      const { refresh_token } = await request.json<{ refresh_token: string }>();
      const origin = { actor: null, ip: null, userAgent: null, requestId: "", now: Date.now() };
      const { refreshToken } = await refresh(env, directory, refresh_token, origin);
      return json({ refresh_token: refreshToken });
    }
    const userId = Number(request.headers.get(USER_HEADER));
    const [actor] = await env.DIRECTORY.prepare(STATEMENTS.actor).bind("", userId).raw();
    if (!actor) return new Response(null, { status: 401 });
    return json({ accesses: (await listAccesses(directory)).map(viewAccess) });
  },
} satisfies ExportedHandler<Env>;

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}
