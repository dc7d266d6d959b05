import { groupInWords } from "./group-in-words.ts";
import type { Dictionary, EndedImport } from "./wording.ts";

/** How the subject begins, by how the import ended. */
const IMPORT_ENDED: Record<EndedImport["status"], string> = {
  completed: "Imported: ",
  completed_with_errors: "Imported, with records to correct: ",
  failed: "The import has failed: ",
  cancelled: "The import was cancelled: ",
  validated: "Tried out: ",
};

export const en: Dictionary = {
  greeting: (name) => (name ? `Hello ${name},` : "Hello,"),

  set_password: (left) => ({
    subject: "Set your Leadsy password",
    message: ["A Leadsy account was created for you. Choose a password to start using it."],
    action: "Choose a password",
    notes: [
      `The link works once and expires in ${left}. After that, ask for another one on the sign-in page.`,
      "If you did not expect this e-mail, ignore it: without a password, nobody can sign in.",
    ],
  }),

  reset_password: (left) => ({
    subject: "Reset your Leadsy password",
    message: ["We were asked for a new password for your Leadsy account."],
    action: "Choose a new password",
    notes: [
      `The link works once and expires in ${left}.`,
      "If it was not you, ignore this e-mail: your password stays the same.",
    ],
  }),

  confirm_email: (left) => ({
    subject: "Confirm your new e-mail address",
    message: ["You asked for your Leadsy account to use this e-mail address."],
    action: "Confirm the address",
    notes: [
      `The link works once and expires in ${left}. Until you confirm, your account keeps its present address.`,
      "If it was not you, ignore this e-mail: nothing will change.",
    ],
  }),

  confirm_sign_up: (left) => ({
    subject: "Confirm your e-mail address",
    message: [
      "Somebody signed up for Leadsy with this e-mail address. If it was you, confirm that it is yours.",
    ],
    action: "Confirm the address",
    notes: [
      `The link works once and expires in ${left}. Until you confirm, you see no invitations and cannot send any.`,
      "If it was not you, ignore this e-mail and do not open the link.",
    ],
  }),

  email_changed: (left) => ({
    subject: "Your Leadsy e-mail address is about to change",
    message: [
      "Somebody who is signed in to your Leadsy account asked to change its e-mail address. It changes as soon as the new address is confirmed; from then on, that is the one to sign in with.",
      "If it was you, there is nothing to do here.",
      "If it was not you, undo the change: your account keeps this address or gets it back, all sessions end, and we send you a link to choose a new password.",
    ],
    action: "Undo the change",
    notes: [
      `The link works once and expires in ${left}. After that, tell an owner or a manager of your company, so that the account can be blocked.`,
    ],
  }),

  new_device: ({ when, ip }) => ({
    subject: "New sign-in to your Leadsy account",
    message: [
      `Somebody signed in to your Leadsy account from a new device, on ${when}${ip ? `, from the IP address ${ip}` : ""}.`,
      "If it was you, there is nothing to do here.",
      "If it was not you, reset your password at once, on the sign-in page: that ends all sessions.",
    ],
    notes: [],
  }),

  invitation: ({ inviter, company, access, left }) => ({
    subject: `${inviter} invites you to ${company}`,
    message: [`${inviter} invites you to work with ${company} on Leadsy, with ${access} access.`],
    action: "See the invitation",
    notes: [
      `The invitation expires in ${left}.`,
      "If you do not know who it is from, ignore this e-mail: nothing happens until you accept.",
    ],
  }),

  import_ended: ({ file, company, status, ledger, failure, groups }) => ({
    subject: `${IMPORT_ENDED[status]}${file}`,
    message: [
      `The import of ${file} into ${company} has ended.`,
      ...(status === "validated" ? ["It was tried out: no lead was written."] : []),
      ...(failure === null ? [] : [failure]),
      [
        `${ledger.total} records`,
        `${ledger.created} leads created`,
        `${ledger.updated} updated`,
        `${ledger.unchanged} unchanged`,
        `${ledger.duplicate} duplicates`,
        `${ledger.failed} rejected`,
        `${ledger.warnings} with a warning`,
      ].join(", "),
      ...(groups.length === 0 ? [] : ["What is wrong with records:", ...groups.map(groupInWords)]),
    ],
    action: "See the import",
    notes: [
      "You can switch these e-mails off: “import_mails” of your account, with PUT /users/{id} of the API.",
    ],
  }),

  webhook_off: ({ company, host, id, when, gone }) => ({
    subject: `A webhook of ${company} was switched off`,
    message: [
      gone
        ? `${host} answered an event of ${company} with 410 (Gone), which means that nothing is to be sent there any more: the webhook ${id} was switched off.`
        : `Leadsy has sent events of ${company} to ${host} since ${when}, and none has arrived: the webhook ${id} was switched off after three days.`,
      `Nothing is lost: events wait for 30 days. Once the receiver answers again, switch the webhook on, with PUT /webhooks/${id} of the API and “status” “active”. What was given up is sent again by POST /webhooks/${id}/redeliver.`,
    ],
    notes: [`GET /webhooks/${id}/deliveries shows what the receiver answered.`],
  }),

  bareLink: "If the button does not work, open this address:",
  footer: "This e-mail was sent automatically; replies to it are not read.",
};
