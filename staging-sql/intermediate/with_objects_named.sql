create function intermediate.with_objects_named(source text) returns text
language sql stable parallel safe
return (
  with address as (
    select position, found[1] as written,
      coalesce(substring(found[1] from '(?:[.,;:!?)\]]|&(?:quot|gt|lt);?)+$'), '') as tail
    from regexp_matches(source, 'https?://[^\s<>"''`]+', 'gi') with ordinality as m (found, position)
  ), url as (
    select a.position, a.written, a.tail, plain.url,
      regexp_replace(lower(substring(plain.url from '(?i)^https?://(?:[^/?#]*@)?([^/?#]*)')),
        case when plain.url ilike 'https:%' then ':443$' else ':80$' end, '') as host,
      coalesce(substring(plain.rest from '[?]([^#]*)'), '') as query,
      regexp_replace(plain.rest, '[?][^#]*', '') as path
    from address a
    cross join lateral (
      select url, substring(url from '(?i)^https?://[^/?#]*(.*)$') as rest
      from regexp_replace(left(a.written, length(a.written) - length(a.tail)), '&(?:amp|#38|#x26);', '&', 'gi') as url
    ) as plain
    where length(a.written) <= 2000
  ), meant as (
    select position, tail,
      url ~ '[?&]operation=download_inlineimage\y' as is_picture,
      host = any (setting.itop_hosts) or setting.itop_hosts is null as is_itop,
      -- A page of the portal, else one of the console.
      coalesce(
        regexp_match(path, '/object/view/([A-Za-z0-9_]+)/([0-9]+)'),
        case when query ~ '(^|&)operation(=|&|$)' then array[
          substring(query from '(?:^|&)class=([A-Za-z0-9_]+)(?:&|$)'), substring(query from '(?:^|&)id=([0-9]+)(?:&|$)')] end) as object
    from url
    left join ops.setting on true
  ), named as (
    select position,
      case when is_picture then '[image]' else coalesce(
        (select o.label from ops.itop_class c join staging.object o on o.source_key = c.root_class || '::' || object[2]
         where c.class = object[1] and o.label <> ''),
        object[1] || ' ' || object[2] || ' in iTop') end || tail as name
    from meant
    where is_picture or (is_itop and object[1] is not null and object[2] is not null)
  ), rewritten as (
    select string_agg(b.text || coalesce(n.name, a.written, ''), '' order by b.position) as text
    from unnest(regexp_split_to_array(source, 'https?://[^\s<>"''`]+', 'i')) with ordinality as b (text, position)
    left join address a on a.position = b.position
    left join named n on n.position = b.position
  )
  -- The last net, as the renderer has it: whatever holds the address of a pasted picture, however it was written.
  select regexp_replace(
    regexp_replace(text, '(^|[\s<>"''])[^\s<>"'']*download_inlineimage[^\s<>"'']*', '\1[image]', 'g'),
    'data-img-secret(=\\?["'']?[^\s"''<>]*["'']?)?', '', 'g')
  from rewritten
);

comment on function intermediate.with_objects_named is 'The slow part of intermediate.without_itop_addresses, called for texts that may hold an address of iTop. It reads addresses as transform/render/itop-addresses.ts does for bodies.';
