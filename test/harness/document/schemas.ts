import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/**
 * Makes a check of values against schemas in a document. A schema is compiled when a value needs it, each referred one
 * once: a runtime of the tests sees a part of them, and compiling costs more than all checks.
 *
 * @returns a function of the keys that lead to the schema, the value, and what to call it; it gives what is wrong with
 * the value in sentences.
 */
export function schemaChecker(document: object) {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  addFormats.default(ajv);
  ajv.addSchema(document, "document");
  const validators = new Map<string, ValidateFunction>();

  function validatorOf(keys: string[]): ValidateFunction {
    const at = keys.map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
    const validate = validators.get(at) ?? ajv.getSchema(`document#/${encodeURI(at)}`);
    if (!validate) throw new Error(`the document has no schema at ${at}`);
    validators.set(at, validate);
    return validate;
  }

  return (keys: string[], value: unknown, name: string): string[] => {
    const validate = validatorOf(keys);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}
