-- What counts as handed off stands in the relations that `handoff` writes as files: an object itself, or its file.
select d.item_key as record_key, 'a row of handoff.object or handoff.file' as expected, d.class || ' in neither' as actual
from reconcile.disposition d
left join handoff.object o on o.source_key = d.source_key
left join (select distinct source_key from handoff.file) f on f.source_key = d.source_key
where d.disposition = 'handed_off' and o.source_key is null and f.source_key is null
