import type { Role } from "../../auth/actor.ts";
import { groupInWords } from "./group-in-words.ts";
import type { Dictionary, EndedImport } from "./wording.ts";

const ACCESS: Record<Role, string> = {
  owner: "proprietário",
  manager: "gestor",
  agent: "agente",
  viewer: "leitor",
};

/** How the subject begins, by how the import ended. */
const IMPORT_ENDED: Record<EndedImport["status"], string> = {
  completed: "Importado: ",
  completed_with_errors: "Importado, com registros a corrigir: ",
  failed: "A importação falhou: ",
  cancelled: "A importação foi cancelada: ",
  validated: "Testado: ",
};

export const pt: Dictionary = {
  greeting: (name) => (name ? `Olá, ${name}!` : "Olá!"),

  set_password: (left) => ({
    subject: "Escolha sua senha do Leadsy",
    message: ["Uma conta do Leadsy foi criada para você. Escolha uma senha para começar a usá-la."],
    action: "Escolher senha",
    notes: [
      `O link funciona uma única vez e expira em ${left}. Depois disso, peça outro na página de login.`,
      "Se você não esperava este e-mail, ignore-o: sem senha, ninguém consegue entrar.",
    ],
  }),

  reset_password: (left) => ({
    subject: "Redefina sua senha do Leadsy",
    message: ["Recebemos um pedido de nova senha para a sua conta do Leadsy."],
    action: "Escolher nova senha",
    notes: [
      `O link funciona uma única vez e expira em ${left}.`,
      "Se não foi você, ignore este e-mail: sua senha continua a mesma.",
    ],
  }),

  confirm_email: (left) => ({
    subject: "Confirme seu novo e-mail",
    message: ["Você pediu que a sua conta do Leadsy passe a usar este endereço de e-mail."],
    action: "Confirmar o endereço",
    notes: [
      `O link funciona uma única vez e expira em ${left}. Até você confirmar, sua conta mantém o endereço atual.`,
      "Se não foi você, ignore este e-mail: nada vai mudar.",
    ],
  }),

  confirm_sign_up: (left) => ({
    subject: "Confirme seu e-mail",
    message: [
      "Alguém se cadastrou no Leadsy com este endereço de e-mail. Se foi você, confirme que ele é seu.",
    ],
    action: "Confirmar o endereço",
    notes: [
      `O link funciona uma única vez e expira em ${left}. Até você confirmar, não verá convites nem poderá enviá-los.`,
      "Se não foi você, ignore este e-mail e não abra o link.",
    ],
  }),

  new_device: ({ when, ip }) => ({
    subject: "Novo acesso à sua conta do Leadsy",
    message: [
      `Alguém entrou na sua conta do Leadsy por um dispositivo novo, em ${when}${ip ? `, pelo endereço IP ${ip}` : ""}.`,
      "Se foi você, não precisa fazer nada aqui.",
      "Se não foi você, redefina sua senha agora mesmo na página de login: isso encerra todas as sessões.",
    ],
    notes: [],
  }),

  email_changed: (left) => ({
    subject: "Seu e-mail no Leadsy está prestes a mudar",
    message: [
      "Alguém que entrou na sua conta do Leadsy pediu para trocar o endereço de e-mail dela. A troca será feita assim que o novo endereço for confirmado; a partir daí, será preciso entrar com ele.",
      "Se foi você, não precisa fazer nada aqui.",
      "Se não foi você, desfaça a troca: sua conta mantém ou recupera este endereço, todas as sessões são encerradas e enviamos um link para escolher uma nova senha.",
    ],
    action: "Desfazer a troca",
    notes: [
      `O link funciona uma única vez e expira em ${left}. Depois disso, avise um proprietário ou gestor da sua empresa, para que a conta seja bloqueada.`,
    ],
  }),

  invitation: ({ inviter, company, access, left }) => ({
    subject: `${inviter} convidou você para ${company}`,
    message: [
      `${inviter} convidou você para trabalhar com ${company} no Leadsy, com acesso de ${ACCESS[access]}.`,
    ],
    action: "Ver o convite",
    notes: [
      `O convite expira em ${left}.`,
      "Se você não sabe de quem é, ignore este e-mail: nada acontece até você aceitar.",
    ],
  }),

  import_ended: ({ file, company, status, ledger, failure, groups }) => ({
    subject: `${IMPORT_ENDED[status]}${file}`,
    message: [
      `A importação de ${file} em ${company} terminou.`,
      ...(status === "validated" ? ["Foi um teste: nenhum lead foi gravado."] : []),
      ...(failure === null ? [] : [failure]),
      [
        `${ledger.total} registros`,
        `${ledger.created} leads criados`,
        `${ledger.updated} atualizados`,
        `${ledger.unchanged} sem mudanças`,
        `${ledger.duplicate} duplicados`,
        `${ledger.failed} rejeitados`,
        `${ledger.warnings} com um aviso`,
      ].join(", "),
      ...(groups.length === 0 ? [] : ["O que há de errado nos registros:", ...groups.map(groupInWords)]),
    ],
    action: "Ver a importação",
    notes: ["Você pode desativar estes e-mails: “import_mails” da sua conta, com PUT /users/{id} da API."],
  }),

  webhook_off: ({ company, host, id, when, gone }) => ({
    subject: `Um webhook de ${company} foi desativado`,
    message: [
      gone
        ? `${host} respondeu a um evento de ${company} com 410 (Gone), ou seja, que nada mais lhe seja enviado: o webhook ${id} foi desativado.`
        : `O Leadsy envia eventos de ${company} para ${host} desde ${when}, e nenhum chegou: o webhook ${id} foi desativado depois de três dias.`,
      `Nada se perde: os eventos esperam 30 dias. Quando o receptor voltar a responder, ative o webhook com PUT /webhooks/${id} da API e “status” “active”. O que foi dado como falho é enviado de novo com POST /webhooks/${id}/redeliver.`,
    ],
    notes: [`GET /webhooks/${id}/deliveries mostra o que o receptor respondeu.`],
  }),

  bareLink: "Se o botão não funcionar, abra este endereço:",
  footer: "Este e-mail foi enviado automaticamente; as respostas não são lidas.",
};
