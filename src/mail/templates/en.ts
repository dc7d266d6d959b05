import type { Dictionary } from "./wording.ts";

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
      `The link works once and expires in ${left}. If you ask for another one, this one stops working.`,
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

  email_changed: () => ({
    subject: "Your Leadsy e-mail address is about to change",
    message: [
      "Somebody who is signed in to your Leadsy account asked to change its e-mail address. It changes as soon as the new address is confirmed; from then on, that is the one to sign in with.",
      "If it was you, there is nothing to do here.",
      "If it was not you, reset your password at once, on the sign-in page: that stops the change and ends all sessions. If it no longer works, tell an owner or a manager of your company, so that the account can be blocked.",
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

  bareLink: "If the button does not work, open this address:",
  footer: "This e-mail was sent automatically; replies to it are not read.",
};
