import { PROVIDER_ORG } from './organizations.ts';
import { blobOf, keyedClass, listedClass, NO_BLOB, type StoredClass, type StoredFields } from './stored-class.ts';

/** Documents share one sequence of ids; typologies too. */
export function documentClasses(): StoredClass[] {
  const document = (name: string, status: string, rest: StoredFields): StoredFields => ({
    name,
    org_id: String(PROVIDER_ORG),
    documenttype_id: '2',
    version: '1.3',
    description: 'ligne 1\nligne 2',
    status,
    obsolescence_date: '',
    ...rest,
  });
  return [
    keyedClass(
      'DocumentFile',
      new Map([
        [
          1,
          document('Plan de reprise', 'published', {
            file: blobOf(Buffer.from('%PDF-1.4 plan'), 'application/pdf', 'plan "v1".pdf'),
          }),
        ],
        [2, document('Brouillon vide', 'draft', { file: NO_BLOB })],
      ]),
    ),
    keyedClass(
      'DocumentNote',
      new Map([
        [3, document('Consignes d’astreinte', 'published', { text: '<h2>Astreinte</h2><p>a &lt; b &amp; c</p>' })],
        [4, document('Ancienne consigne', 'obsolete', { text: '<p>x</p>' })],
      ]),
    ),
    keyedClass(
      'DocumentWeb',
      new Map([[5, document('Portail fournisseur', 'published', { url: 'http://supplier.example/login' })]]),
    ),
    listedClass('lnkDocumentToService', [{ service_id: '1', document_id: '3' }]),
    listedClass('lnkDocumentToFunctionalCI', [{ functionalci_id: '1', document_id: '1' }]),
    listedClass('lnkContractToDocument', [{ contract_id: '1', document_id: '1' }]),
    keyedClass('ContactType', new Map([[1, { name: 'Manager' }]])),
    keyedClass('DocumentType', new Map([[2, { name: 'Procédure' }]])),
    keyedClass('ContractType', new Map([[3, { name: 'Standard' }]])),
    listedClass('Location', [
      {
        name: 'Bordeaux',
        status: 'active',
        org_id: '1',
        address: '12 rue "X"\nBât. B',
        postal_code: '33000',
        city: 'Bordeaux',
        country: 'France',
        obsolescence_date: '',
      },
    ]),
  ];
}
