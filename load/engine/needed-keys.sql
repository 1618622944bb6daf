-- Objects and what they need: of a conversation its contact, company, authors, tags, instances and the links between them. $1: target keys
-- of the objects.
with own as (select unnest($1::text[]) as key), person as (
  select c.contact_key as key from intercom.conversation c join own on own.key = c.target_key
  union select p.author_key from intercom.conversation_part p join own on own.key = p.conversation_key
    where p.author_kind = 'contact' and p.author_key is not null
  union select key from own
), company as (
  select c.company_key as key from intercom.conversation c join own on own.key = c.target_key where c.company_key is not null
  union select l.company_key from intercom.contact_company l join person on person.key = l.contact_key
)
select key from own union select key from person union select key from company
union select l.target_key from intercom.contact_company l join person on person.key = l.contact_key
union select t.tag_key from intercom.conversation_tag t join own on own.key = t.conversation_key
union select i.key from intercom.conversation_relation r join own on own.key = r.conversation_key
  cross join unnest(r.instance_keys) as i (key)
union select a.collection_key from intercom.article a join own on own.key = a.target_key where a.collection_key is not null
