import { generateSecrets } from "./config/secrets.ts";

/** `npm run keys`: fresh secrets, one `NAME=value` a line, each ready for `wrangler secret put NAME`. */
for (const [name, value] of Object.entries(await generateSecrets())) console.log(`${name}=${value}`);
