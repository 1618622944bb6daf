import { escapeHtml, writeBody } from './bodies.ts';
import { Dice } from './dice.ts';
import { organizationId } from './organizations.ts';
import { blobOf, countedClass, emptyFields, keyedClass, listedClass, type StoredClass } from './stored-class.ts';
import { SENTENCES, SUBJECTS } from './words.ts';

const CATEGORIES = ['Messagerie', 'Réseau & VPN', 'HR & paie', 'Vide'];
const FAQS = 12;

/** A short article, a long one, one with a picture, one without category, one without text, and ordinary ones. */
export function faqClass(seed: number): StoredClass {
  return countedClass('FAQ', FAQS, (id) => {
    const dice = new Dice(seed, 'FAQ', id);
    const paragraph = (): string => `<p>${escapeHtml(dice.pick(SENTENCES))}</p>`;
    const text = Array.from({ length: id === 2 ? 60 : id === 3 ? 1 : 14 }, paragraph).join('');
    const picture =
      id === 1
        ? '<figure class="image"><img src="https://itop.example/pages/ajax.document.php?operation=download_inlineimage&amp;id=1&amp;s=0e4371ac1c6a51ab6db7f8abd5fbf1a3" data-img-id="1" data-img-secret="0e4371ac1c6a51ab6db7f8abd5fbf1a3"></figure>'
        : '';
    return {
      title: `How to ${id}: ${dice.pick(SUBJECTS)}`,
      summary: id % 3 === 0 ? 'En bref\ndeux lignes' : '',
      description: id === 5 ? '' : id === 4 ? writeBody('script', dice).html : picture + text,
      category_id: id === 6 ? '0' : String((id % 3) + 1),
      error_code: `E${id}`,
      key_words: id % 2 === 0 ? 'vpn, mot de passe' : '',
      domains: id % 4 === 0 ? ['hardware'] : [],
    };
  });
}

export function faqCategoryClass(): StoredClass {
  return listedClass(
    'FAQCategory',
    CATEGORIES.map((name) => ({ name })),
  );
}

/** Pictures pasted into bodies: one of an article, one never saved. */
export function inlineImageClass(): StoredClass {
  const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
  const image = (item_class: string, item_id: string, temp_id: string) => ({
    expire: '2099-01-01 00:00:00',
    temp_id,
    item_class,
    item_id,
    item_org_id: '1',
    contents: blobOf(pixel, 'image/gif', 'pasted.gif'),
    secret: '0e4371ac1c6a51ab6db7f8abd5fbf1a3',
  });
  return listedClass('InlineImage', [image('FAQ', '1', ''), image('FAQ', '0', '8a1bc_77d2e')]);
}

export function knownErrorClasses(): StoredClass[] {
  const errors = [1, 2, 3, 4].map((number) => ({
    ...emptyFields('problem_id solution vendor model version'),
    name: `KE ${number}`,
    org_id: String(organizationId(number)),
    symptom: 'crash\n"boom"',
    root_cause: 'leak',
    workaround: 'reboot',
    error_code: `0x000${number}`,
    domain: 'Application',
  }));
  return [
    listedClass('KnownError', errors),
    listedClass('lnkErrorToFunctionalCI', [{ functionalci_id: '2', error_id: '1', reason: '' }]),
    listedClass('lnkDocumentToError', [{ document_id: '5', error_id: '1', link_type: '' }]),
  ];
}

export function tagClasses(): StoredClass[] {
  const tag = (obj_class: string, obj_attcode: string, code: string, label: string) => ({
    code,
    label,
    description: '',
    obj_class,
    obj_attcode,
  });
  return [
    keyedClass('TagSetFieldDataFor_FAQ__domains', new Map([[1, tag('FAQ', 'domains', 'hardware', 'Hardware 💻')]])),
    keyedClass(
      'TagSetFieldDataFor_UserRequest__acme_topics',
      new Map([
        [2, tag('UserRequest', 'acme_topics', 'billing', 'Facturation & coûts')],
        [3, tag('UserRequest', 'acme_topics', 'vip', 'VIP')],
      ]),
    ),
    keyedClass(
      'TagSetFieldDataFor_CustomAsset__labels',
      new Map([[4, tag('CustomAsset', 'labels', 'fragile', 'Fragile!')]]),
    ),
  ];
}
