import type { Role } from "../../auth/actor.ts";
import { groupInWords } from "./group-in-words.ts";
import type { Dictionary, EndedImport } from "./wording.ts";

const ACCESS: Record<Role, string> = {
  owner: "propietario",
  manager: "gestor",
  agent: "agente",
  viewer: "lector",
};

/** How the subject begins, by how the import ended. */
const IMPORT_ENDED: Record<EndedImport["status"], string> = {
  completed: "Importado: ",
  completed_with_errors: "Importado, con registros por corregir: ",
  failed: "La importación ha fallado: ",
  cancelled: "La importación se canceló: ",
  validated: "Probado: ",
};

export const es: Dictionary = {
  greeting: (name) => (name ? `Hola, ${name}:` : "Hola:"),

  set_password: (left) => ({
    subject: "Elige tu contraseña de Leadsy",
    message: ["Se ha creado una cuenta de Leadsy para ti. Elige una contraseña para empezar a usarla."],
    action: "Elegir contraseña",
    notes: [
      `El enlace sirve una sola vez y caduca en ${left}. Después, pide otro en la página de inicio de sesión.`,
      "Si no esperabas este correo, ignóralo: sin contraseña nadie puede entrar.",
    ],
  }),

  reset_password: (left) => ({
    subject: "Restablece tu contraseña de Leadsy",
    message: ["Hemos recibido una solicitud de contraseña nueva para tu cuenta de Leadsy."],
    action: "Elegir contraseña nueva",
    notes: [
      `El enlace sirve una sola vez y caduca en ${left}.`,
      "Si no fuiste tú, ignora este correo: tu contraseña sigue siendo la misma.",
    ],
  }),

  confirm_email: (left) => ({
    subject: "Confirma tu nuevo correo electrónico",
    message: ["Pediste que tu cuenta de Leadsy use esta dirección de correo electrónico."],
    action: "Confirmar la dirección",
    notes: [
      `El enlace sirve una sola vez y caduca en ${left}. Hasta que confirmes, tu cuenta conserva la dirección actual.`,
      "Si no fuiste tú, ignora este correo: no cambiará nada.",
    ],
  }),

  confirm_sign_up: (left) => ({
    subject: "Confirma tu correo electrónico",
    message: [
      "Alguien se registró en Leadsy con esta dirección de correo electrónico. Si fuiste tú, confirma que es tuya.",
    ],
    action: "Confirmar la dirección",
    notes: [
      `El enlace sirve una sola vez y caduca en ${left}. Hasta que confirmes, no verás invitaciones ni podrás enviarlas.`,
      "Si no fuiste tú, ignora este correo y no abras el enlace.",
    ],
  }),

  new_device: ({ when, ip }) => ({
    subject: "Nuevo inicio de sesión en tu cuenta de Leadsy",
    message: [
      `Alguien inició sesión en tu cuenta de Leadsy desde un dispositivo nuevo, el ${when}${ip ? `, con la dirección IP ${ip}` : ""}.`,
      "Si fuiste tú, aquí no tienes que hacer nada.",
      "Si no fuiste tú, restablece ya tu contraseña en la página de inicio de sesión: así se cierran todas las sesiones.",
    ],
    notes: [],
  }),

  email_changed: (left) => ({
    subject: "Tu correo electrónico en Leadsy está a punto de cambiar",
    message: [
      "Alguien con la sesión iniciada en tu cuenta de Leadsy pidió cambiar su dirección de correo electrónico. El cambio se hará en cuanto se confirme la nueva dirección; a partir de entonces, tendrás que iniciar sesión con ella.",
      "Si fuiste tú, aquí no tienes que hacer nada.",
      "Si no fuiste tú, deshaz el cambio: tu cuenta conserva o recupera esta dirección, se cierran todas las sesiones y te enviamos un enlace para elegir una contraseña nueva.",
    ],
    action: "Deshacer el cambio",
    notes: [
      `El enlace sirve una sola vez y caduca en ${left}. Después, avisa a un propietario o gestor de tu empresa para que se bloquee la cuenta.`,
    ],
  }),

  invitation: ({ inviter, company, access, left }) => ({
    subject: `${inviter} te invita a ${company}`,
    message: [`${inviter} te invita a trabajar con ${company} en Leadsy, con acceso de ${ACCESS[access]}.`],
    action: "Ver la invitación",
    notes: [
      `La invitación caduca en ${left}.`,
      "Si no sabes de quién viene, ignora este correo: no pasa nada hasta que la aceptes.",
    ],
  }),

  import_ended: ({ file, company, status, ledger, failure, groups }) => ({
    subject: `${IMPORT_ENDED[status]}${file}`,
    message: [
      `La importación de ${file} en ${company} ha terminado.`,
      ...(status === "validated" ? ["Fue una prueba: no se escribió ningún lead."] : []),
      ...(failure === null ? [] : [failure]),
      [
        `${ledger.total} registros`,
        `${ledger.created} leads creados`,
        `${ledger.updated} actualizados`,
        `${ledger.unchanged} sin cambios`,
        `${ledger.duplicate} duplicados`,
        `${ledger.failed} rechazados`,
        `${ledger.warnings} con una advertencia`,
      ].join(", "),
      ...(groups.length === 0 ? [] : ["Lo que está mal en los registros:", ...groups.map(groupInWords)]),
    ],
    action: "Ver la importación",
    notes: ["Puedes desactivar estos correos: “import_mails” de tu cuenta, con PUT /users/{id} de la API."],
  }),

  webhook_off: ({ company, host, id, when, gone }) => ({
    subject: `Se desactivó un webhook de ${company}`,
    message: [
      gone
        ? `${host} respondió a un evento de ${company} con 410 (Gone), es decir, que ya no se le envíe nada: el webhook ${id} se desactivó.`
        : `Leadsy envía eventos de ${company} a ${host} desde el ${when} y ninguno ha llegado: el webhook ${id} se desactivó después de tres días.`,
      `No se pierde nada: los eventos esperan 30 días. Cuando el receptor vuelva a responder, activa el webhook con PUT /webhooks/${id} de la API y “status” “active”. Lo que se dio por fallido se envía de nuevo con POST /webhooks/${id}/redeliver.`,
    ],
    notes: [`GET /webhooks/${id}/deliveries muestra lo que respondió el receptor.`],
  }),

  bareLink: "Si el botón no funciona, abre esta dirección:",
  footer: "Este correo se envió de forma automática; nadie lee las respuestas.",
};
