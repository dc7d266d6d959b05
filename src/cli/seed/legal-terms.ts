/** The version of the terms that are current in a local installation, and when it was published. */
export const LEGAL_VERSION = "2026-01";
export const LEGAL_PUBLISHED_AT = Date.UTC(2026, 0, 15);

/** The terms in each language; paragraphs are parted by an empty line. */
export const LEGAL_TERMS = [
  {
    id: 1,
    locale: "en",
    title: "Terms and conditions",
    body: `1. The service. Leadsy stores and organises the contact data ("leads") that your company enters or imports, and makes it available to the users whom your company authorises.

2. Your data. The leads remain your company's. We process them only to provide the service, on your company's instructions, and do not sell them or use them to contact anyone on our own account.

3. Your responsibility. Your company makes sure that it may lawfully hold and use the data it imports, that people were told about it where the law asks so, and that requests for access, correction or deletion are answered.

4. Accounts. A user account belongs to one person. Keep your password to yourself and tell us without delay when you believe that someone else has used your account.

5. Security and availability. We protect the data with appropriate technical measures and inform your company without undue delay of any breach that concerns it. The service may pause for maintenance, which we announce in advance where possible.

6. Ending. Your company may leave at any time and export its data before it does. After the end of the agreement we delete the data within 30 days, unless the law obliges us to keep it.

7. Changes. When these terms change we publish a new version and ask for your approval again before you continue.`,
  },
  {
    id: 2,
    locale: "es",
    title: "Términos y condiciones",
    body: `1. El servicio. Leadsy almacena y organiza los datos de contacto («leads») que su empresa captura o importa, y los pone a disposición de los usuarios que su empresa autoriza.

2. Sus datos. Los leads siguen siendo de su empresa. Los tratamos únicamente para prestar el servicio, según las instrucciones de su empresa; no los vendemos ni los usamos para contactar a nadie por cuenta propia.

3. Su responsabilidad. Su empresa se asegura de que puede conservar y usar legalmente los datos que importa, de que las personas fueron informadas cuando la ley lo exige y de que se atienden las solicitudes de acceso, rectificación o supresión.

4. Cuentas. Una cuenta de usuario pertenece a una sola persona. No comparta su contraseña y avísenos sin demora si cree que alguien más ha usado su cuenta.

5. Seguridad y disponibilidad. Protegemos los datos con medidas técnicas adecuadas e informamos a su empresa sin dilación indebida de cualquier incidente que la afecte. El servicio puede interrumpirse por mantenimiento, que anunciamos con antelación cuando es posible.

6. Terminación. Su empresa puede dejar el servicio en cualquier momento y exportar antes sus datos. Terminado el acuerdo, eliminamos los datos en un plazo de 30 días, salvo que la ley nos obligue a conservarlos.

7. Cambios. Cuando estos términos cambian, publicamos una nueva versión y le pedimos de nuevo su aprobación antes de continuar.`,
  },
  {
    id: 3,
    locale: "pt",
    title: "Termos e condições",
    body: `1. O serviço. O Leadsy armazena e organiza os dados de contato ("leads") que a sua empresa registra ou importa e os disponibiliza aos usuários que a sua empresa autoriza.

2. Seus dados. Os leads continuam sendo da sua empresa. Nós os tratamos apenas para prestar o serviço, conforme as instruções da sua empresa; não os vendemos nem os usamos para contatar ninguém por conta própria.

3. Sua responsabilidade. A sua empresa garante que pode manter e usar legalmente os dados que importa, que as pessoas foram informadas quando a lei o exige e que os pedidos de acesso, correção ou exclusão são atendidos.

4. Contas. Uma conta de usuário pertence a uma só pessoa. Não compartilhe a sua senha e avise-nos sem demora se acreditar que outra pessoa usou a sua conta.

5. Segurança e disponibilidade. Protegemos os dados com medidas técnicas adequadas e informamos a sua empresa, sem demora injustificada, sobre qualquer incidente que a afete. O serviço pode ser interrompido para manutenção, que anunciamos com antecedência sempre que possível.

6. Encerramento. A sua empresa pode deixar o serviço a qualquer momento e exportar antes os seus dados. Após o fim do acordo, excluímos os dados em até 30 dias, salvo se a lei nos obrigar a mantê-los.

7. Alterações. Quando estes termos mudam, publicamos uma nova versão e pedimos novamente a sua aprovação antes de continuar.`,
  },
] as const;
