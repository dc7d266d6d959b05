import { type CookieOptions, parse, serialize } from "hono/utils/cookie";
import type { Call } from "./call.ts";

/** A cookie that a browser sent. */
export function readCookie({ header }: Pick<Call, "header">, name: string): string | undefined {
  const cookies = header("Cookie");
  return cookies === undefined ? undefined : parse(cookies, name)[name];
}

/** Hands a browser a cookie. */
export function setCookie(
  { addHeader }: Pick<Call, "addHeader">,
  name: string,
  value: string,
  options: CookieOptions,
) {
  addHeader("Set-Cookie", serialize(name, value, { path: "/", ...options }));
}

/** Makes a browser delete a cookie. @param options those that it was set with. */
export function dropCookie(call: Pick<Call, "addHeader">, name: string, options: CookieOptions): void {
  setCookie(call, name, "", { ...options, maxAge: 0 });
}
