import type { CrosswalkRow } from './crosswalk.ts';

/** Redirects for nginx: include the file in the http block, and add the server block's lines from its head. */
export function nginxMap(rows: readonly CrosswalkRow[]): string {
  const lines = rows.map((row) => `  "${row.itop_class}:${row.itop_id}" "${row.intercom_url}";`);
  return `# Sends old links into iTop to Intercom. Include this file in the http block; in the server block of iTop's address:
#   if ($itop_in_intercom) { return 302 $itop_in_intercom; }
map "$arg_class:$arg_id" $itop_in_intercom {
  default "";
${lines.join('\n')}${lines.length === 0 ? '' : '\n'}}
`;
}

/** Redirects for Apache, as a text map of RewriteMap. */
export function apacheMap(rows: readonly CrosswalkRow[]): string {
  const lines = rows.map((row) => `${row.itop_class}:${row.itop_id} ${row.intercom_url}`);
  return `# Sends old links into iTop to Intercom. In the virtual host of iTop's address:
#   RewriteEngine on
#   RewriteMap itop "txt:/etc/apache2/itop-redirects.txt"
#   RewriteCond %{QUERY_STRING} (?:^|&)class=(\\w+)(?:&|$)
#   RewriteRule ^ - [E=ITOP_CLASS:%1]
#   RewriteCond %{QUERY_STRING} (?:^|&)id=(\\d+)(?:&|$)
#   RewriteCond \${itop:%{ENV:ITOP_CLASS}:%1} ^(https://.+)$
#   RewriteRule ^ %1 [R=302,L,QSD]
${lines.join('\n')}${lines.length === 0 ? '' : '\n'}`;
}
