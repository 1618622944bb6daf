-- Conservation: every object and log entry has exactly one disposition in each workspace.
select i.item_key as record_key, 'one disposition' as expected, count(d.item_key) || ' in ' || coalesce(d.workspace_id_code, 'no workspace') as actual
from reconcile.source_item i
left join reconcile.disposition d on d.item_key = i.item_key
group by i.item_key, d.workspace_id_code
having count(d.disposition) <> 1
