-- What did not come along when HTML was rendered, by kind?
select l.loss ->> 'kind' as kind, count(*) as losses, count(distinct r.source_hash) as bodies
from ops.rendered_body r
cross join lateral jsonb_array_elements(r.loss) as l (loss)
group by 1
order by losses desc, kind;
