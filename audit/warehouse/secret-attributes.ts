import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed, someOf } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_secret_attribute';

/** Parts of names under which sites keep what nobody else may read, beyond those that the extraction leaves out by itself. */
const unusualNames =
  '(^|_)(cvv|iban|ssn|otp|mfa|recovery|bitlocker|vault|activation|community)(_|$)|(access|serial|activation|recovery)_?key|snmp';

/**
 * Attributes that may hold secrets: those that were left out for their names, and those that were read although their names hint at
 * one. iTop shows most secrets in clear text, and Intercom shows attributes to every teammate.
 */
export const secretAttributes: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const rows = await warehouse(pool)
      .selectFrom('ops.itop_attribute')
      .select(['class', 'attribute', 'is_requested', 'decision'])
      .where((attribute) =>
        attribute.or([
          attribute.and({ kind: 'secret', is_requested: false }),
          attribute
            .and({ is_requested: true, is_standard: false })
            .and('kind', '<>', 'secret')
            .and('attribute', '~*', unusualNames),
        ]),
      )
      .orderBy('class')
      .orderBy('attribute')
      .execute();
    const findings: Finding[] = rows
      .filter((row) => row.is_requested && row.decision !== 'request')
      .map((row) =>
        found(
          code,
          'warning',
          `${row.class}.${row.attribute}`,
          'Its name hints at a secret, and its values were read.',
          `If it is one: update ops.itop_attribute set decision = 'never' where class = '${row.class}' and attribute = '${row.attribute}'; set its home to dropped in mapping.yaml; extract again. If it is none: decision = 'request'.`,
        ),
      );
    const withheld = rows.filter((row) => !row.is_requested);
    if (withheld.length > 0) {
      const names = someOf(withheld.map((row) => `${row.class}.${row.attribute}`));
      findings.push(
        found(
          code,
          'note',
          'warehouse',
          `${counted(withheld.length, 'attribute')} with the name or the type of a secret are not read: ${names}.`,
          "To read one: update ops.itop_attribute set decision = 'request', then extract again.",
        ),
      );
    }
    return findings.length > 0 ? findings : [passed(code, 'warehouse', 'No attribute has the name of a secret.')];
  },
};
