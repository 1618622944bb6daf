import { conversationPhase } from './conversation/conversation-phase.ts';
import { type Turn, turnOf } from './engine/turn.ts';
import { articlePhase } from './object/article.ts';
import { attributePhase } from './object/attribute.ts';
import { collectionPhase } from './object/collection.ts';
import { companyPhase } from './object/company.ts';
import { contactPhase } from './object/contact.ts';
import { contactCompanyPhase } from './object/contact-company.ts';
import { customObjectPhase } from './object/custom-object.ts';
import { tagPhase } from './object/tag.ts';

/** The phases of a load in order: what others point to comes first. */
export function turns(): Turn[] {
  return [
    turnOf(attributePhase()),
    turnOf(companyPhase()),
    turnOf(contactPhase()),
    turnOf(contactCompanyPhase()),
    turnOf(tagPhase()),
    turnOf(customObjectPhase()),
    turnOf(collectionPhase()),
    turnOf(articlePhase()),
    turnOf(conversationPhase()),
  ];
}
