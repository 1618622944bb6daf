import type pg from 'pg';
import type { ObjectKind } from '../../intercom/object-kind.ts';
import type { PhaseSource } from '../engine/phase.ts';
import { type Turn, turnOf } from '../engine/turn.ts';
import { article } from './article.ts';
import { attribute } from './attribute.ts';
import { collection } from './collection.ts';
import { company } from './company.ts';
import { contact } from './contact.ts';
import { contactCompany } from './contact-company.ts';
import { customObject } from './custom-object.ts';
import type { LoadedObject } from './loaded-object.ts';
import { tag } from './tag.ts';

/** A kind of object without the type of its rows, so that kinds of different rows can stand in one list. */
export interface RegisteredObject extends ObjectKind, Pick<LoadedObject<pg.QueryResultRow>, 'forecast' | 'adopt'> {
  readonly source: PhaseSource;
  readonly turn: Turn;
}

/** The kinds of object in the order of their phases: what others point to comes first. */
export const objects: readonly RegisteredObject[] = [
  register(attribute),
  register(company),
  register(contact),
  register(contactCompany),
  register(tag),
  register(customObject),
  register(collection),
  register(article),
];

function register<Row extends pg.QueryResultRow, Prepared>(object: LoadedObject<Row, Prepared>): RegisteredObject {
  const { targetType, list, undo, forecast, adopt } = object;
  return { targetType, list, undo, forecast, adopt, source: object, turn: turnOf(object) };
}
