import { expect, test } from "vitest";
import { openApiDocument } from "../../src/openapi/document.ts";
import { ROUTES } from "../../src/routes.ts";

interface Content {
  schema: { properties: Record<string, object>; example?: object };
  encoding: Record<string, { contentType: string }>;
}
interface Operation {
  requestBody: { content: { "application/json": Content; "multipart/form-data": Content } };
  responses: Record<string, { content: object }>;
}

const { paths } = openApiDocument(ROUTES, { version: "1.2.3" }) as unknown as {
  paths: Record<string, Record<string, Operation>>;
};
const operationAt = (method: string, path: string): Operation => {
  const operation = paths[path]?.[method];
  if (!operation) throw new Error(`no ${method} ${path}`);
  return operation;
};
const withForms = ROUTES.flatMap(({ spec: { method, path, form } }) =>
  form ? [{ method, path, form }] : [],
);

test("there are operations that take a form", () => {
  expect(withForms).not.toEqual([]);
});

test.each(withForms)(
  "$method $path takes the same fields as JSON and as a form, but for its files",
  (spec) => {
    const { content } = operationAt(spec.method, spec.path).requestBody;
    expect(Object.keys(content)).toEqual(["application/json", "multipart/form-data"]);
    const { "application/json": json, "multipart/form-data": form } = content;
    const inForm = { ...form.schema.properties };
    for (const [file, types] of Object.entries(spec.form)) {
      expect(inForm[file]).toMatchObject({ contentMediaType: "application/octet-stream" });
      expect(inForm[file]).not.toHaveProperty("type");
      expect(form.encoding[file]).toEqual({ contentType: types.join(", ") });
      delete inForm[file];
    }
    expect(json.schema.properties).toEqual(inForm);
    expect(json.schema.example).toBeTypeOf("object");
  },
);

test("a file of several types has each of them among its answers", () => {
  const { responses } = operationAt("get", "/avatars/{name}");
  expect(responses["200"]?.content).toEqual({
    "image/png": {},
    "image/jpeg": {},
    "image/webp": {},
    "image/gif": {},
  });
  expect(Object.keys(responses)).toContain("304");
});
