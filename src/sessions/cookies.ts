import { settingsOf } from "../env.ts";
import { BASE_PATH } from "../http/mount.ts";
import type { Call } from "../http/request/call.ts";
import { dropCookie, readCookie, setCookie } from "../http/request/cookies.ts";

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
export function setRefreshCookie(call: Call, token: string): void {
  setCookie(call, REFRESH.name, token, { ...SAFE, path: REFRESH.path, maxAge: REFRESH_SECONDS });
}

/** The refresh token of a browser, where a page of ours sent it. */
export function refreshCookie(call: Call): string | undefined {
  const token = readCookie(call, REFRESH.name);
  return token !== undefined && /^[\w-]{43}$/.test(token) && isOurPage(call) ? token : undefined;
}

/** Has a browser drop its session. */
export function dropRefreshCookie(call: Call): void {
  dropCookie(call, REFRESH.name, { ...SAFE, path: REFRESH.path });
}

/** Hands a browser the token by which it is known. */
export function setDeviceCookie(call: Call, token: string): void {
  setCookie(call, DEVICE.name, token, { ...SAFE, path: DEVICE.path, maxAge: DEVICE_SECONDS });
}

/** The token by which a browser is known, if it has one. */
export function deviceCookie(call: Call): string | undefined {
  return readCookie(call, DEVICE.name);
}

/** Whether a request comes from our own origin or an allowed one: a subdomain of the same site may send cookies too. */
function isOurPage(call: Call): boolean {
  const origin = call.header("Origin");
  return (
    origin === undefined ||
    origin === new URL(call.request.url).origin ||
    settingsOf(call.env).corsOrigins.includes(origin)
  );
}
