import type { Settings } from "../../env.ts";
import { AppError, fieldError } from "../../errors.ts";
import { addressOf } from "./addresses.ts";
import { checkUrl, TargetRefused } from "./check-url.ts";
import { checkName, ResolverFailed } from "./resolve.ts";

/**
 * Looks at the address of a receiver right before something is sent there, its name included.
 *
 * @throws TargetRefused, ResolverFailed
 */
export async function checkTarget(settings: Settings, text: string): Promise<URL> {
  const url = checkUrl(text, settings);
  if (settings.dnsOverHttps !== "" && url.protocol === "https:" && addressOf(url.hostname) === null) {
    await checkName(settings.dnsOverHttps, url.hostname);
  }
  return url;
}

/** The same for an address that a request brings. @throws 422, and 503 where its name could not be looked up. */
export async function requireTarget(settings: Settings, text: string): Promise<string> {
  try {
    return (await checkTarget(settings, text)).href;
  } catch (error) {
    if (error instanceof TargetRefused) throw fieldError("invalid_body", "url", error.code, error.message);
    if (!(error instanceof ResolverFailed)) throw error;
    throw new AppError(
      "unavailable",
      "The name in the address could not be looked up. Try again in a moment.",
      {
        headers: { "Retry-After": "5" },
      },
    );
  }
}
