import type { NotNull } from 'kysely';
import {
  type AttributeList,
  type AttributeModel,
  listAttributes,
  standardAttributeNamed,
} from '../../intercom/attributes.ts';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { hasViews } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';
import { replaceExisting } from './existing.ts';

const code = 'intercom_attribute_exists';

/** Intercom calls two types otherwise than it takes them. */
const synonyms: Readonly<Record<string, string>> = { date: 'datetime', decimal: 'float' };
const typeOf = (dataType: string): string => synonyms[dataType] ?? dataType;

/** Attributes to be created whose name the workspace has already: of the same type they are used, of another they cannot be. */
export const attributes: Check<TargetContext> = {
  code,
  async run(context) {
    const { pool, intercom, workspace } = context;
    if (!(await hasViews(pool))) return [];
    const planned = await warehouse(pool)
      .selectFrom('intercom.attribute')
      .select(['target_key', 'model', 'name', 'data_type'])
      // ops.mapping_attribute requires name and type of an attribute (check).
      .$narrowType<{ target_key: NotNull; name: NotNull; data_type: NotNull; model: AttributeModel }>()
      .where('model', 'in', ['contact', 'company', 'conversation'])
      .orderBy('target_key')
      .execute();
    const present = new Map<AttributeModel, AttributeList>();
    for (const model of ['contact', 'company', 'conversation'] as const)
      present.set(model, (await intercom.send(listAttributes(model))).value);
    // Those are taken out of the archive, or replaced, by the load itself.
    const withdrawn = await warehouse(pool)
      .selectFrom('load.withdrawn_identity')
      .select('target_id')
      .where('workspace_id_code', '=', workspace.idCode)
      .where('target_type', '=', 'attribute')
      .where('origin', '=', 'created')
      .execute();
    const isOurs = (id: string): boolean => withdrawn.some((row) => row.target_id === id);
    const findings: Finding[] = [];
    const existing: { targetKey: string; name: string; targetId: string }[] = [];
    for (const row of planned) {
      const subject = `${row.model} ${row.name}`;
      const listed = present.get(row.model) ?? { custom: [], standard: new Map() };
      const standard = standardAttributeNamed(listed, row.name);
      if (standard !== undefined) {
        findings.push(
          found(
            code,
            'blocker',
            subject,
            `Intercom's own attribute ${standard} has this name.`,
            'Choose another name in mapping.yaml.',
          ),
        );
        continue;
      }
      const same = listed.custom.filter((one) => one.name === row.name);
      const one = same.find((candidate) => !candidate.isArchived) ?? same[0];
      if (one === undefined) {
        const other = row.model === 'contact' ? 'company' : 'contact';
        // Contacts and companies share one space of names; conversations have their own.
        if (
          row.model !== 'conversation' &&
          present.get(other)?.custom.some((candidate) => candidate.name === row.name) === true
        )
          findings.push(
            found(
              code,
              'blocker',
              subject,
              `The name is taken by an attribute of ${other}.`,
              'Choose another name in mapping.yaml.',
            ),
          );
        continue;
      }
      if (same.filter((candidate) => !candidate.isArchived).length > 1)
        findings.push(
          found(
            code,
            'blocker',
            subject,
            'There are several of this name: every write to it would fail.',
            'Archive all but one under Settings > Data.',
          ),
        );
      else if (one.isArchived && isOurs(one.id))
        findings.push(
          found(code, 'note', subject, 'A rollback of this tool archived it: the load uses the name again.', ''),
        );
      else if (one.isArchived)
        findings.push(
          found(
            code,
            'blocker',
            subject,
            'It exists but is archived.',
            'Unarchive it under Settings > Data, or choose another name in mapping.yaml.',
          ),
        );
      else if (typeOf(one.dataType) !== typeOf(row.data_type))
        findings.push(
          found(
            code,
            'blocker',
            subject,
            `It exists with type ${one.dataType}, planned is ${row.data_type}.`,
            'Choose another name in mapping.yaml: a type cannot be changed.',
          ),
        );
      else existing.push({ targetKey: row.target_key, name: row.name, targetId: one.id });
    }
    await replaceExisting(pool, workspace.idCode, 'attribute', existing);
    if (existing.length > 0)
      findings.push(
        found(
          code,
          'note',
          'Intercom',
          `${counted(existing.length, 'attribute')} of the planned ${planned.length} exist with the same type and are used.`,
          '',
        ),
      );
    else if (findings.length === 0)
      findings.push(passed(code, 'Intercom', `None of ${planned.length} planned names is taken.`));
    return findings;
  },
};
