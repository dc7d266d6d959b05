import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { settingsOf } from "../env.ts";
import type { AppContext } from "../http/context.ts";
import { BASE_PATH } from "../http/mount.ts";

/** The session of a browser: scripts of the page cannot read it, other sites cannot send it. */
const REFRESH = { name: "leadsy_refresh", path: `${BASE_PATH}/users/refresh` };
/** By which a browser is known at later sign-ins. */
const DEVICE = { name: "leadsy_device", path: `${BASE_PATH}/users/login` };
const SAFE = { httpOnly: true, secure: true, sameSite: "Strict" } as const;
/** As long as a session can go unused. */
const REFRESH_SECONDS = 30 * 24 * 60 * 60;
/** The longest that browsers keep a cookie. @see https://www.rfc-editor.org/rfc/rfc6265 (as revised) */
const DEVICE_SECONDS = 400 * 24 * 60 * 60;

/** Hands a browser the refresh token of its session. */
export function setRefreshCookie(c: AppContext, token: string): void {
  setCookie(c, REFRESH.name, token, { ...SAFE, path: REFRESH.path, maxAge: REFRESH_SECONDS });
}

/** The refresh token of a browser, where a page of ours sent it. */
export function refreshCookie(c: AppContext): string | undefined {
  const token = getCookie(c, REFRESH.name);
  return token !== undefined && /^[\w-]{43}$/.test(token) && isOurPage(c) ? token : undefined;
}

/** Has a browser drop its session. */
export function dropRefreshCookie(c: AppContext): void {
  deleteCookie(c, REFRESH.name, { ...SAFE, path: REFRESH.path });
}

/** Hands a browser the token by which it is known. */
export function setDeviceCookie(c: AppContext, token: string): void {
  setCookie(c, DEVICE.name, token, { ...SAFE, path: DEVICE.path, maxAge: DEVICE_SECONDS });
}

/** The token by which a browser is known, if it has one. */
export function deviceCookie(c: AppContext): string | undefined {
  return getCookie(c, DEVICE.name);
}

/** Whether a request comes from our own origin or an allowed one: a subdomain of the same site may send cookies too. */
function isOurPage(c: AppContext): boolean {
  const origin = c.req.header("Origin");
  return (
    origin === undefined ||
    origin === new URL(c.req.url).origin ||
    settingsOf(c.env).corsOrigins.includes(origin)
  );
}
