/** A teammate of the rehearsed workspace, as the Intercom simulator takes it. */
export interface Teammate {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

interface DumpedObject {
  readonly class: string;
  readonly id: string | number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Owner of the access token, who stands in for authors without a teammate. */
const migrationTeammate: Teammate = { id: '9000001', name: 'Migration', email: 'migration@workspace.example' };

/**
 * The workspace's teammates: the agents of the simulated iTop that have an address, all but the last one.
 *
 * Teammates cannot be created by API, and in a real workspace some agent is always missing.
 */
export async function teammatesFrom(itopControlUrl: string): Promise<Teammate[]> {
  const portalProfiles = new Set(['2', '12', '1024']);
  const contactOfUser = new Map<string, string>();
  const agentUsers = new Set<string>();
  const persons = new Map<string, { name: string; email: string }>();
  for await (const object of readDumps(itopControlUrl, [
    'UserLocal',
    'UserExternal',
    'UserLDAP',
    'URP_UserProfile',
    'Person',
  ])) {
    const { fields } = object;
    if (object.class.startsWith('User')) contactOfUser.set(String(object.id), String(fields.contactid));
    if (object.class === 'URP_UserProfile' && !portalProfiles.has(String(fields.profileid)))
      agentUsers.add(String(fields.userid));
    if (object.class === 'Person') {
      persons.set(String(object.id), {
        name: String(fields.friendlyname),
        email: String(fields.email).trim().toLowerCase(),
      });
    }
  }
  const emails = new Map<string, Teammate>();
  for (const user of [...agentUsers].sort((a, b) => Number(a) - Number(b))) {
    const person = persons.get(contactOfUser.get(user) ?? '');
    if (person === undefined || !person.email.includes('@') || emails.has(person.email)) continue;
    emails.set(person.email, { id: String(1_000_000 + Number(user)), name: person.name, email: person.email });
  }
  return [migrationTeammate, ...[...emails.values()].slice(0, -1)];
}

async function* readDumps(controlUrl: string, classes: readonly string[]): AsyncGenerator<DumpedObject> {
  for (const name of classes) yield* readDump(`${controlUrl}/dump?class=${name}`);
}

/** The objects of a dump, one a line. */
export async function* readDump<T = DumpedObject>(url: string): AsyncGenerator<T> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`A simulator answered ${response.status} to a dump.`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
  if (rest !== '') yield JSON.parse(rest) as T;
}
