import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";

/**
 * Makes the secrets that a Worker needs, fresh from the system's random source.
 *
 * @returns the variables of `.dev.vars.example`, as strings, but for those that R2 gives.
 */
export async function generateSecrets(): Promise<Record<string, string>> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), alg: "ES256", kid: randomBytes(8).toString("hex") };
  return {
    JWT_SIGNING_KEY: JSON.stringify(jwk),
    JWT_PREVIOUS_KEY: "",
    LINK_KEY: randomBytes(32).toString("base64"),
    HEALTH_KEY: randomBytes(32).toString("base64url"),
  };
}
