import type { People } from './contacts.ts';
import { organizationId } from './organizations.ts';
import { blobOf, countedClass, NO_BLOB, type StoredClass } from './stored-class.ts';
import { ticketId } from './ticket-plan.ts';

const ASSETS = 10;

/** A class that a site's own extension added, with an attribute of every kind, secrets included. */
export function customAssetClasses(people: People, requests: number): StoredClass[] {
  return [
    countedClass('CustomAsset', ASSETS, (id) => ({
      name: `Badge reader ${id}`,
      asset_code: `BR-00${id}`,
      org_id: String(organizationId((id % 5) + 1)),
      owner_id: id % 4 === 0 ? '0' : String(people.agent(id).id),
      contact_id: id % 2 === 0 ? '1' : '0',
      parent_id: id > 2 && id % 3 === 0 ? '1' : '0',
      status: id % 3 === 0 ? 'stock' : 'used',
      skills: id % 2 === 0 ? 'indoor, mobile' : '',
      labels: id % 4 === 0 ? ['fragile'] : [],
      notes: 'multi\nline; "q"',
      long_notes: '',
      body_html: '<p>x &amp; y</p>',
      purchase_date: id % 5 === 0 ? '' : '2020-02-29',
      last_checked: id % 3 === 0 ? '' : '2024-03-31 03:30:00',
      price: id % 4 === 0 ? '' : '1234.50',
      wear: '0',
      qty: id % 4 === 0 ? '' : String(id),
      lease_time: id % 2 === 0 ? '' : '90061',
      is_shared: id % 2 === 0,
      website: 'https://x.example/?a=1',
      support_email: 'Sup@x.example',
      support_phone: '+1',
      ip: '192.0.2.1',
      unlock_code: 'pw-in-clear',
      secret: 's3cr3t-in-clear',
      pin: '*****',
      photo: NO_BLOB,
      manual: id % 5 === 1 ? blobOf(Buffer.from('manual'), 'text/plain', 'm.txt') : NO_BLOB,
      log: {
        entries:
          id % 2 === 0
            ? []
            : [
                {
                  date: '2024-05-06 10:11:12',
                  user_login: 'Ada Berger',
                  user_id: '20',
                  message: 'checked',
                  message_html: '<p>checked</p>',
                },
              ],
      },
      archive_flag: false,
      archive_date: '',
      obsolescence_date: '',
    })),
    countedClass('lnkCustomAssetToTicket', ASSETS - 2, (id) => ({
      asset_id: String(id),
      ticket_id: String(ticketId(Math.min(requests - 1, id * 3))),
      reason: id % 2 === 0 ? 'r' : '',
    })),
  ];
}
