import * as z from "zod";

/**
 * A password that somebody chooses: long rather than composed, and nothing of it is cut off.
 *
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 */
export const NewPassword = z.string().min(12).max(256).meta({ format: "password" });
