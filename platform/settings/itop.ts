import { z } from 'zod';
import { described, webAddress } from './setting.ts';

const timezone = z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', {
  error: 'is not a time zone name; example: Europe/Paris',
});

export const itopSection = z
  .strictObject({
    url: webAddress
      .optional()
      .meta(
        described(
          'Address of iTop. `url`, `user` and `password` (or `token`) belong together: set all three, or none where iTop is known by exported files only.',
          { example: 'https://itop.example/', environment: 'ITOP_URL' },
        ),
      ),
    user: z
      .string()
      .min(1)
      .optional()
      .meta(
        described(
          'Account with the profile "REST Services User", best an administrator: only then the history can be read.',
          {
            example: 'migration',
            environment: 'ITOP_USER',
          },
        ),
      ),
    password: z
      .string()
      .min(1)
      .optional()
      .meta(
        described('Password of the account.', {
          example: "(the account's password)",
          environment: 'ITOP_PASSWORD',
          isSecret: true,
        }),
      ),
    token: z
      .string()
      .min(1)
      .optional()
      .meta(
        described(
          'A personal or application token of iTop 3.1 and newer. `user` is then the account it belongs to, whose restrictions the audit looks up.',
          {
            example: '(instead of the password: a token of iTop 3.1 or newer)',
            environment: 'ITOP_TOKEN',
            isSecret: true,
            insteadOf: 'password',
          },
        ),
      ),
    login: z
      .enum(['form', 'basic'])
      .default('form')
      .meta(
        described(
          'How name and password are shown to iTop: as form fields, or as HTTP Basic where only that login mode is permitted.',
        ),
      ),
    in_front: z
      .strictObject({
        user: z
          .string()
          .min(1)
          .meta(described('Name that the web server asks for.', { example: 'gateway' })),
        password: z
          .string()
          .min(1)
          .meta(described('Password that the web server asks for.', { example: '(its password)', isSecret: true })),
      })
      .optional()
      .meta(described('Name and password that a web server in front of iTop asks for by HTTP Basic.')),
    client_certificate: z
      .string()
      .min(1)
      .optional()
      .meta(
        described('File of the certificate, in PEM form, that a web server in front of iTop asks of its clients.', {
          example: '/etc/itop-to-intercom/client.pem',
          environment: 'ITOP_CLIENT_CERTIFICATE',
        }),
      ),
    client_key: z
      .string()
      .min(1)
      .optional()
      .meta(
        described('File of the private key of that certificate, in PEM form.', {
          example: '/etc/itop-to-intercom/client.key',
          environment: 'ITOP_CLIENT_KEY',
        }),
      ),
    client_key_passphrase: z
      .string()
      .min(1)
      .optional()
      .meta(
        described('Passphrase of that key, where it has one.', {
          example: '(its passphrase)',
          environment: 'ITOP_CLIENT_KEY_PASSPHRASE',
          isSecret: true,
        }),
      ),
    timezone: timezone.meta(
      described("Zone in which iTop stores its dates: iTop's own parameter `timezone`. Its dates carry no zone.", {
        example: 'Europe/Paris',
        environment: 'ITOP_TIMEZONE',
      }),
    ),
    addresses: z
      .array(z.url({ protocol: /^https?$/ }))
      .optional()
      .meta(
        described(
          'Other addresses under which people know this iTop: links to them in texts are links into iTop too.',
          {
            example: ['https://helpdesk.example/'],
          },
        ),
      ),
    in_flight: z.int().min(1).max(8).default(2).meta(described('Requests to iTop at the same time.')),
    pause_ms: z.int().min(0).default(0).meta(described('Pause of a reader between two requests.')),
    hours: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must look like 20:00-06:00')
      .optional()
      .meta(
        described(
          "Hours of the day at which iTop may be asked, on iTop's clock. Outside of them a run waits. Any hour when absent.",
          {
            example: '20:00-06:00',
          },
        ),
      ),
    window_bytes: z
      .int()
      .min(10_000)
      .default(6_000_000)
      .meta(described('Windows of ids grow and shrink towards this size of an answer.')),
    window_ids: z.int().min(1).default(3_000).meta(described('Most objects in one window.')),
    timeout_ms: z.int().min(100).default(120_000).meta(described('How long an answer of iTop may take.')),
    max_outage_ms: z.int().min(0).default(180_000).meta(described('How long iTop may be away before the run stops.')),
  })
  .superRefine((itop, context) => {
    const fault = (name: string, message: string): void => context.addIssue({ code: 'custom', path: [name], message });
    if (itop.token !== undefined && itop.password !== undefined)
      fault('token', 'is set beside a password; set one of them');
    if (itop.login === 'basic' && itop.in_front !== undefined)
      fault('in_front', 'needs the header that "login: basic" needs too; use "login: form" or a token');
    if (itop.login === 'basic' && itop.password?.includes(':') === true)
      fault('password', 'holds a colon, which iTop cannot read by "login: basic"; use "login: form"');
    if (itop.client_certificate !== undefined && itop.client_key === undefined)
      fault('client_key', 'is not set; the certificate is of no use without it');
    if (itop.client_certificate === undefined && (itop.client_key ?? itop.client_key_passphrase) !== undefined)
      fault('client_certificate', 'is not set; the key is of no use without it');
    const account = itop.token === undefined ? (['url', 'user', 'password'] as const) : (['url', 'user'] as const);
    const missing = account.filter((name) => itop[name] === undefined);
    if (missing.length === account.length && itop.token === undefined) return;
    for (const name of missing) fault(name, 'is not set');
  })
  .optional()
  .meta(described('The iTop that is read. The commands that read it need this section.'));
