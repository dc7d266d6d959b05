import { fold } from "../../../text/fold.ts";

/** Words of what can be the matter with a lead, a person or a thing, in three languages, folded. */
const WORDS: ReadonlySet<string> = new Set(
  `nuevo nueva nuevos novo nova novos new contactado contactada contatado contatada contacted contactar pendiente pendientes
   pendente pending activo activa activos ativo ativa active inactivo inactiva inativo inativa inactive abierto abierta aberto
   aberta open reopened cerrado cerrada fechado fechada closed ganado ganada ganho won perdido perdida lost proceso processo
   progress progreso andamento seguimiento acompanhamento followup calificado calificada cualificado qualificado qualificada
   qualified descartado descartada desqualificado disqualified unqualified interesado interesada interessado interested
   convertido converted cliente customer suscrito suscrita inscrito inscrita subscribed unsubscribed cancelado cancelada cancelled
   canceled completado completada concluido completed finalizado finalizada terminado done atendido atendida respondio responde
   contesta contesto atende rebotado bounced verificado verified pagado pagada pago paid vencido vencida enviado enviada sent agendado
   agendada cita reunion reuniao negociacion negociacao negotiation propuesta proposta proposal cotizado cotizacion asignado
   asignada atribuido assigned reasignado llamar ligar llamado llamada buzon frio tibio caliente morno quente cold warm hot soltero
   soltera casado casada divorciado divorciada viudo viuda solteiro solteira viuvo viuva usado usada reservado disponible ocupado
   vendido entregado entregada confirmado confirmada aprobado aprobada aprovado aprovada rechazado rechazada rejeitado rejected
   approved registrado registrada asistio ausente vigente suspendido bloqueado eliminado trabajando prospecto lead si no sim yes
   sin none nunca gestionado gestionar recuperado duplicado spam archivado arquivado`.split(/\s+/),
);

/** Whether a text says how far somebody or something has come: `En proceso`, `No contesta`, `Won`. */
export function isStatus(text: string): boolean {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .some((word) => WORDS.has(word));
}
