import { relative } from "node:path";
import { ROOT } from "../root.ts";
import { bundleClient } from "./bundle.ts";

/** `npm run client`: the typed client and the command line as a package, made of the API's document. */
const folder = await bundleClient();
console.log(`The client is in ${relative(ROOT, folder)}: npm install ./${relative(ROOT, folder)}`);
