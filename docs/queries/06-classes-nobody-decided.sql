-- Which classes have no decision in the mapping yet?
select o.final_class, count(*) as objects
from raw.latest_object o
left join ops.mapping_class m on m.class = o.final_class
where m.class is null
group by o.final_class
order by objects desc, o.final_class;
