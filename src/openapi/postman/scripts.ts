/**
 * What Postman runs before each request: signs in where the collection has no token yet, so that any request can be the
 * first one.
 *
 * @see https://learning.postman.com/docs/tests-and-scripts/write-scripts/postman-sandbox-api-reference/
 */
export const SIGN_IN = `
const variables = pm.collectionVariables;
if (!variables.get("token")) {
  const body = JSON.stringify({ email: variables.get("email"), password: variables.get("password") });
  pm.sendRequest(
    {
      url: variables.get("base_url") + "/users/login",
      method: "POST",
      header: { "Content-Type": "application/json" },
      body: { mode: "raw", raw: body },
    },
    (error, answer) => {
      if (error || answer.code !== 200) return;
      const { token, refresh_token } = answer.json();
      variables.set("token", token);
      variables.set("refresh_token", refresh_token);
    },
  );
}
`.trim();

/** What Postman runs after each answer: keeps the ids in it for the requests that come after, by the name of the object. */
export const KEEP_IDS = `
const variables = pm.collectionVariables;
const type = pm.response.headers.get("Content-Type") || "";
if (pm.response.code === 401) variables.set("token", "");
if (pm.response.code < 300 && type.startsWith("application/json")) {
  const created = pm.response.code > 200;
  const body = pm.response.json();
  if (body.token && body.refresh_token) {
    variables.set("token", body.token);
    variables.set("refresh_token", body.refresh_token);
  }
  for (const [name, value] of Object.entries(body)) {
    const one = Array.isArray(value) ? value[value.length - 1] : value;
    const kind = Array.isArray(value) ? name.replace(/ies$/, "y").replace(/s$/, "") : name;
    if (!one || typeof one !== "object") continue;
    if (one.id !== undefined && (created || !variables.get(kind + "_id"))) variables.set(kind + "_id", one.id);
    const code = one.import_code;
    if (typeof code === "string" && (created || !variables.get("import_code"))) variables.set("import_code", code);
  }
}
`.trim();
