/** Every error of the API: its status and the title that stays the same from case to case. */
export const ERRORS = {
  malformed_request: [400, "The request cannot be read"],
  invalid_parameter: [400, "A parameter is not valid"],
  malformed_multipart: [400, "The multipart body cannot be read"],
  unauthorized: [401, "Sign in first"],
  invalid_credentials: [401, "E-mail or password is wrong"],
  session_ended: [401, "The session has ended"],
  membership_limit: [402, "The membership's limit is reached"],
  forbidden: [403, "Your access does not allow this"],
  insufficient_scope: [403, "The API key lacks a scope"],
  not_for_keys: [403, "An API key cannot do this"],
  not_for_links: [403, "A link for imports cannot do this"],
  origin_not_allowed: [403, "The link for imports is for another page"],
  email_not_confirmed: [403, "Confirm your e-mail address first"],
  invalid_link: [403, "The link is not valid any more"],
  not_found: [404, "There is nothing here"],
  method_not_allowed: [405, "This method is not for this address"],
  last_owner: [409, "A company keeps at least one owner"],
  access_exists: [409, "The user has an access in that company already"],
  invitation_ended: [409, "The invitation is not open any more"],
  terms_not_approved: [409, "The current legal terms are not approved yet"],
  terms_not_current: [409, "These are not the current legal terms"],
  lead_exists: [409, "The company has a lead with that e-mail, phone or external id already"],
  import_running: [409, "An import that names the person is still running"],
  person_erased: [409, "A person was erased while the file was on its way"],
  import_ended: [409, "The import has ended"],
  import_not_retryable: [409, "The import cannot go on"],
  not_committable: [409, "The import is no dry run that can be committed"],
  not_undoable: [409, "The import cannot be undone"],
  import_built_on: [409, "A later import updated leads of this one"],
  parts_missing: [409, "Parts of the file are missing"],
  part_in_doubt: [409, "The part was sent twice at the same time"],
  upload_complete: [409, "The upload takes nothing more"],
  direct_uploads_off: [409, "Parts go through the API here"],
  too_many_uploads: [409, "There are as many open uploads as there may be"],
  key_taken: [409, "The campaign has a question of that key"],
  source_exists: [409, "The company has a source of that name"],
  list_full: [409, "The company has as many of these as it may"],
  too_many_custom_fields: [409, "The leads have more custom fields than a file has columns"],
  cycles_disabled: [409, "The company does not work in cycles"],
  cycle_overlaps: [409, "The company has another cycle at that time"],
  no_membership: [409, "The company has no membership"],
  version_exists: [409, "There is such a version already"],
  request_in_flight: [409, "The first request with this key is still running"],
  events_purged: [410, "The feed cannot be followed from that cursor"],
  precondition_failed: [412, "It is not what you saw any more"],
  payload_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "This kind of body is not read here"],
  invalid_body: [422, "The body breaks a rule"],
  email_taken: [422, "The e-mail address has an account already"],
  invalid_invitation: [422, "The invitation is not for this"],
  invalid_token: [422, "The link is not valid any more"],
  wrong_password: [422, "The present password is another one"],
  invalid_image: [422, "The image cannot be taken"],
  too_deep: [422, "A company tree has at most five levels"],
  idempotency_key_reused: [422, "The key came with another request before"],
  too_many_requests: [429, "Too many requests"],
  internal_error: [500, "Something went wrong on our side"],
  store_full: [503, "The installation is full: no company can be added"],
  unavailable: [503, "The service is unavailable for a moment"],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with a request. The pointer is a JSON Pointer (RFC 6901) to the field. */
export interface FieldError {
  pointer: string;
  /** The name of the parameter, where it is not about a body. */
  parameter?: string;
  code: string;
  detail: string;
}

/** What a problem has beside the members of all problems. */
export interface ProblemMembers {
  /** The lead that is in the way, where the caller sees it. */
  lead_id?: number;
}

interface ErrorParts {
  errors?: FieldError[];
  headers?: Record<string, string>;
  members?: ProblemMembers;
}

/** An error that the client is to see, thrown anywhere below a route. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldError[];
  readonly headers: Record<string, string>;
  readonly members: ProblemMembers;

  constructor(code: ErrorCode, detail: string, { errors = [], headers = {}, members = {} }: ErrorParts = {}) {
    super(detail);
    this.name = "AppError";
    this.code = code;
    this.errors = errors;
    this.headers = headers;
    this.members = members;
  }
}

/** Where a field stands: its name, or the way to it, such as `["questions", 0, "id"]`. */
export type Field = string | readonly PropertyKey[];

/**
 * The answer for what is absent, and for what the caller may not see: nobody can tell the two apart.
 *
 * @param field the field of the body that named it, if one did.
 */
export function notFound(field?: Field): AppError {
  const detail = "It does not exist, or it belongs to a company that you have no access to.";
  return refusal("not_found", detail, field);
}

/** The answer to a request without a token that counts. @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
export function unauthorized(detail: string): AppError {
  return new AppError("unauthorized", detail, { headers: { "WWW-Authenticate": 'Bearer realm="leadsy"' } });
}

/** The answer to an API key where only people are let in. */
export function notForKeys(): AppError {
  return new AppError("not_for_keys", "An API key cannot do this: it takes a user who has signed in.");
}

/** The answer to a request that has to wait for another one. @param seconds after which to try again. */
export function tryAgainAfter(
  code: "request_in_flight" | "import_running",
  detail: string,
  seconds: number,
): AppError {
  return new AppError(code, detail, { headers: { "Retry-After": String(seconds) } });
}

/** What was looked for. @throws 404 where it is not there, or not any more. */
export function requireFound<Row>(row: Row | undefined | null): Row {
  if (row === undefined || row === null) throw notFound();
  return row;
}

/** A refusal of the whole request, or of what one field of it names. */
export function refusal(code: "not_found" | "forbidden", detail: string, field?: Field): AppError {
  return field === undefined ? new AppError(code, detail) : fieldError(code, field, code, detail);
}

/** An error about one field. @param rule what it breaks, in a word for programs. */
export function fieldError(
  code: ErrorCode,
  field: Field,
  rule: string,
  detail: string,
  members: ProblemMembers = {},
): AppError {
  return fieldErrors(code, [{ pointer: pointerTo(field), code: rule, detail }], members);
}

/** An error about several fields, or parameters, whose detail names each of them. */
export function fieldErrors(code: ErrorCode, errors: FieldError[], members: ProblemMembers = {}): AppError {
  const detail = errors.map((one) => `${one.pointer.slice(1) || "body"}: ${one.detail}`).join("; ");
  const named = code === "invalid_parameter" ? errors.map(withParameter) : errors;
  return new AppError(code, detail, { errors: named, members });
}

function withParameter({ pointer, ...rest }: FieldError): FieldError {
  const [, name = ""] = pointer.split("/");
  return { pointer, parameter: name.replaceAll("~1", "/").replaceAll("~0", "~"), ...rest };
}

/** An error about a field that the body and the query name differently: which of them is meant cannot be known. */
export function contradiction(field: string, inBody: unknown, inQuery: unknown): AppError {
  const detail = `is ${inBody} in the body and ${inQuery} in the query: send one of them, or the same in both`;
  return fieldError("invalid_body", field, "contradiction", detail);
}

/** The JSON Pointer to a field. @see https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function pointerTo(field: Field): string {
  const path = typeof field === "string" ? [field] : field;
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
