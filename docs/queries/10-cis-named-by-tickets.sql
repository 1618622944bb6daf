-- Which configuration items do migrated tickets name?
select source_key, final_class, field ->> 'name' as name, migrated_tickets
from handoff.object
where root_class = 'FunctionalCI' and migrated_tickets <> ''
order by final_class, name, source_key;
