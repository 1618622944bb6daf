/** What stands in the place of a secret. */
const mark = '***';

/** Shorter ones would hide ordinary words, and are no secrets. */
const shortestSecret = 6;

const secrets = new Set<string>();

/** Makes a credential known, in every form in which a server may send it back: `withoutSecrets` hides it from then on. */
export function hideSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < shortestSecret) return;
  const json = JSON.stringify(secret).slice(1, -1);
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  for (const shape of [secret, json, json.replaceAll('/', '\\/'), form, encodeURIComponent(secret), html])
    secrets.add(shape);
}

/**
 * A text that came from outside, without credentials: those made known by `hideSecret`, those in addresses
 * (`https://user:password@host`), bearer tokens, and values named as secrets (`auth_pwd=`, `"password": "..."`).
 */
export function withoutSecrets(text: string): string {
  let shown = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) shown = shown.replaceAll(secret, mark);
  return shown
    .replace(/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@]*@/gi, `$1${mark}@`)
    .replace(/\bBearer\s+[\w.~+/=-]{6,}/g, `Bearer ${mark}`)
    .replace(
      /\b(auth_pwd|password|passwd|secret|access_token|api_key)(=|["']?\s*:\s*["'])[^\s&"'<>]+/gi,
      `$1$2${mark}`,
    );
}
