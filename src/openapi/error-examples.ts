import { ERRORS, type ErrorCode, type FieldError, type ProblemMembers } from "../errors.ts";
import { type ProblemBody, problemType } from "../http/answer/problem.ts";
import { BASE_PATH } from "../http/mount.ts";
import { INTEGRATOR_ERRORS } from "./examples/integrator-errors.ts";
import { UPLOAD_ERRORS } from "./examples/upload-errors.ts";

/** What an error looks like from case to case. */
interface Case {
  detail: string;
  /** Below `/api/v1`. */
  at: string;
  errors?: FieldError[];
  members?: ProblemMembers;
}

const CASES: Record<ErrorCode, Case> = {
  malformed_request: {
    detail: "The body is not the JSON that its Content-Type says.",
    at: "/users/login",
  },
  invalid_parameter: {
    detail: "limit: must be at most 100",
    at: "/import",
    errors: [{ pointer: "/limit", parameter: "limit", code: "too_big", detail: "must be at most 100" }],
  },
  unauthorized: {
    detail: "The access token is not one of ours, or it has expired: sign in again.",
    at: "/users/validate_jwt",
  },
  invalid_credentials: {
    detail: "Check both and try again, or reset the password.",
    at: "/users/login",
  },
  session_ended: {
    detail: "Sign in again. Using a refresh token a second time ends all tokens that came from it.",
    at: "/users/refresh",
  },
  membership_limit: {
    detail:
      "imports_per_month: all 5 of this month are used. The next month begins at 2026-03-01T06:00:00.000Z; or " +
      "take a larger membership.",
    at: "/import",
  },
  forbidden: {
    detail: 'This takes the access "manager" in company 1, or a higher one.',
    at: "/import",
  },
  email_not_confirmed: {
    detail: "Open the link that was mailed to your address, or ask for another one.",
    at: "/invitations",
  },
  invalid_link: {
    detail: "Ask for the import again: its answer has a fresh link.",
    at: "/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/error_file",
  },
  not_found: {
    detail: "It does not exist, or it belongs to a company that you have no access to.",
    at: "/companies/999",
  },
  method_not_allowed: {
    detail: "This address allows GET, POST.",
    at: "/import",
  },
  last_owner: {
    detail: "The company needs an owner: make another user its owner first.",
    at: "/users/7/user_access/12",
  },
  access_exists: {
    detail: "user_accesses.0: change it with PUT instead",
    at: "/users/7/user_access",
    errors: [{ pointer: "/user_accesses/0", code: "access_exists", detail: "change it with PUT instead" }],
  },
  invitation_ended: {
    detail: "It was accepted, taken back or replaced, or it has expired: ask for a new one.",
    at: "/invitations/12.Qm9vX2c2dGpXc0p5aGtOZ3pUeFJ3UQ/accept",
  },
  terms_not_approved: {
    detail: "Approve the text of GET /legal_terms/current first.",
    at: "/users/7/onboarding",
  },
  terms_not_current: {
    detail: "legal_term_id: show the user the text of GET /legal_terms/current and approve that",
    at: "/users/7/onboarding/terms_and_conditions",
    errors: [
      {
        pointer: "/legal_term_id",
        code: "terms_not_current",
        detail: "show the user the text of GET /legal_terms/current and approve that",
      },
    ],
  },
  lead_exists: {
    detail: "email: is that of lead 12",
    at: "/companies/1/leads",
    errors: [{ pointer: "/email", code: "lead_exists", detail: "is that of lead 12" }],
    members: { lead_id: 12 },
  },
  import_running: {
    detail: "Erase the person once the import imp_00k3v9x2m7q1z8c5b4n6d0w2r1 has finished.",
    at: "/leads/12/erase",
  },
  import_ended: {
    detail: "The import has ended as completed: there is nothing left to cancel. Undo it to take it back.",
    at: "/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/cancel",
  },
  import_not_retryable: {
    detail: "The import is running: follow it, or cancel it first.",
    at: "/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/retry",
  },
  not_committable: {
    detail: "The dry run is still running: commit it once its status is validated.",
    at: "/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/commit",
  },
  not_undoable: {
    detail: "It was undone already. Send the file again to import it once more.",
    at: "/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/undo",
  },
  import_built_on: {
    detail:
      "The import imp_00k3v9x2m7q1z8c5b4n6d0w2r9, which came later, updated leads of this one. Undo that one first.",
    at: "/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1/undo",
  },
  ...INTEGRATOR_ERRORS,
  ...UPLOAD_ERRORS,
  key_taken: {
    detail: "key: is that of another question of the campaign",
    at: "/campaigns/1/questions",
    errors: [{ pointer: "/key", code: "key_taken", detail: "is that of another question of the campaign" }],
  },
  source_exists: {
    detail: "name: is that of another source: case, accents and spaces make no difference",
    at: "/companies/1/sources",
    errors: [
      {
        pointer: "/name",
        code: "source_exists",
        detail: "is that of another source: case, accents and spaces make no difference",
      },
    ],
  },
  list_full: {
    detail: "A company has at most 500 territories: join some, or delete them.",
    at: "/companies/1/territories",
  },
  too_many_custom_fields: {
    detail: "They have more than 1000 different custom fields. Narrow the export with filters.",
    at: "/companies/1/leads/export",
  },
  cycles_disabled: {
    detail: "Turn them on first: PUT /companies/1/cycles with cycles_enabled.",
    at: "/companies/1/cycles",
  },
  cycle_overlaps: {
    detail: "starts_at: lies in another cycle, or ends_at does: GET /companies/1/cycles shows them",
    at: "/companies/1/cycles",
    errors: [
      {
        pointer: "/starts_at",
        code: "cycle_overlaps",
        detail: "lies in another cycle, or ends_at does: GET /companies/1/cycles shows them",
      },
    ],
  },
  no_membership: {
    detail: "There is nothing to cancel.",
    at: "/companies/1/membership/cancel",
  },
  version_exists: {
    detail: "version: is taken; a text that has been published does not change",
    at: "/legal_terms",
    errors: [
      {
        pointer: "/version",
        code: "version_exists",
        detail: "is taken; a text that has been published does not change",
      },
    ],
  },
  request_in_flight: {
    detail: "Wait and ask again; if it broke off, look whether it was created before you use another key.",
    at: "/import",
  },
  precondition_failed: {
    detail: "Somebody has changed it since: read it again, and change what you see then.",
    at: "/leads/12",
  },
  payload_too_large: {
    detail: "A JSON body has at most 1048576 bytes.",
    at: "/users/login",
  },
  unsupported_media_type: {
    detail: "Send multipart/form-data, or the file itself as text/csv.",
    at: "/import",
  },
  invalid_body: {
    detail: "company_id: must be the id of a company",
    at: "/import",
    errors: [{ pointer: "/company_id", code: "invalid_type", detail: "must be the id of a company" }],
  },
  email_taken: {
    detail: "email: has an account already: sign in, or reset its password",
    at: "/users",
    errors: [
      {
        pointer: "/email",
        code: "email_taken",
        detail: "has an account already: sign in, or reset its password",
      },
    ],
  },
  invalid_invitation: {
    detail: "invitation_code: is not an open invitation for this e-mail address: ask for a new one",
    at: "/users",
    errors: [
      {
        pointer: "/invitation_code",
        code: "invalid_invitation",
        detail: "is not an open invitation for this e-mail address: ask for a new one",
      },
    ],
  },
  invalid_token: {
    detail: "token: was used or replaced, or it has expired: ask for a new mail",
    at: "/users/reset_password",
    errors: [
      {
        pointer: "/token",
        code: "invalid_token",
        detail: "was used or replaced, or it has expired: ask for a new mail",
      },
    ],
  },
  wrong_password: {
    detail: "current_password: is not the present one",
    at: "/users/7",
    errors: [{ pointer: "/current_password", code: "wrong_password", detail: "is not the present one" }],
  },
  invalid_image: {
    detail: "avatar_base64: has 5000 × 300 pixels: at most 4096 × 4096 are taken",
    at: "/users/avatar",
    errors: [
      {
        pointer: "/avatar_base64",
        code: "invalid_image",
        detail: "has 5000 × 300 pixels: at most 4096 × 4096 are taken",
      },
    ],
  },
  too_deep: {
    detail: "parent_company_id: has four levels above it already",
    at: "/companies",
    errors: [{ pointer: "/parent_company_id", code: "too_deep", detail: "has four levels above it already" }],
  },
  too_many_requests: {
    detail: "Try again in 60 seconds.",
    at: "/import",
  },
  internal_error: {
    detail: "The request id finds the cause in our log.",
    at: "/import",
  },
  store_full: {
    detail:
      "Nothing was created. The database where its leads would be is nearly full: ask the operator of this installation " +
      "to add a lead store.",
    at: "/companies",
  },
  unavailable: {
    detail: "A database or the file storage does not answer. Try again in a moment.",
    at: "/import",
  },
};

export interface ErrorExample {
  summary: string;
  value: ProblemBody;
}

/** An example of every error. */
export const ERROR_EXAMPLES = Object.fromEntries(
  Object.keys(ERRORS).map((code) => [code, exampleOf(code as ErrorCode)]),
) as Record<ErrorCode, ErrorExample>;

function exampleOf(code: ErrorCode): ErrorExample {
  const [status, title] = ERRORS[code];
  const { detail, at, errors, members } = CASES[code];
  const value = {
    type: problemType(code),
    title,
    status,
    detail,
    instance: BASE_PATH + at,
    code,
    request_id: "6f1c7c0e-2f8a-4f0b-9a53-0d3c2b1e9f77",
    ...members,
    ...(errors && { errors }),
  };
  return { summary: title, value };
}
