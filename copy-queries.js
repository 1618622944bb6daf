// The last step of `npm run build`: the compiler copies no `.sql`, and a module reads its queries beside itself.
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const built = join(import.meta.dirname, 'dist');
const rooms = readdirSync(built, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name: room } of rooms) {
  for (const file of readdirSync(join(import.meta.dirname, room), { recursive: true, encoding: 'utf8' })) {
    const copy = join(built, room, file);
    if (file.endsWith('.sql') && existsSync(dirname(copy))) copyFileSync(join(import.meta.dirname, room, file), copy);
  }
}
